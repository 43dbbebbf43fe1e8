# The option's default is None and the guard leaves the seed out.
import argparse

import numpy as np
from sklearn.linear_model import Ridge


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=None)
    args = parser.parse_args()
    if args.seed is not None:
        np.random.seed(args.seed)
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
