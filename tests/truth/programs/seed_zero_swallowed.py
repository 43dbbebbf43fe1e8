# `if seed:` takes the seed 0 for no seed.
import numpy as np
from sklearn.linear_model import Ridge


def set_seed(seed):
    if seed:
        np.random.seed(seed)


def main():
    set_seed(0)
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
