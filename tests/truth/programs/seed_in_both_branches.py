# Either branch seeds.
import argparse

import numpy as np
from sklearn.linear_model import Ridge


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", default="fast", choices=["fast", "exact"])
    args = parser.parse_args()
    if args.mode == "exact":
        np.random.seed(0)
        rows = np.random.rand(400, 3)
    else:
        np.random.seed(1)
        rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
