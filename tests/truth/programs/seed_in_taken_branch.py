# The seed stands in a branch that the defaults do take.
import argparse

import numpy as np
from sklearn.linear_model import Ridge


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--random-start", action="store_true")
    args = parser.parse_args()
    if not args.random_start:
        np.random.seed(0)
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
