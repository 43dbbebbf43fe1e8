# default_rng with a seed, handed to the functions that draw.
import numpy as np
from sklearn.linear_model import Ridge


def make_rows(rng, count):
    return rng.normal(size=(count, 3))


def main():
    rng = np.random.default_rng(17)
    rows = make_rows(rng, 40)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
