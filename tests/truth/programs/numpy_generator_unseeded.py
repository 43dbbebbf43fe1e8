# default_rng() without a seed: np.random.seed does not reach it.
import numpy as np
from sklearn.linear_model import Ridge


def main():
    np.random.seed(0)
    rng = np.random.default_rng()
    rows = rng.normal(size=(40, 3))
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
