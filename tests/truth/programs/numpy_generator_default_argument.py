# A function makes its own generator when it is given none, and it is given none.
import numpy as np
from sklearn.linear_model import Ridge


def make_rows(count, rng=None):
    rng = rng or np.random.default_rng()
    return rng.normal(size=(count, 3))


def main():
    rows = make_rows(40)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
