# No default, but None is replaced by a number before it is used.
import argparse

import numpy as np
from sklearn.linear_model import Ridge


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=None)
    args = parser.parse_args()
    if args.seed is None:
        args.seed = 1234
    np.random.seed(args.seed)
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
