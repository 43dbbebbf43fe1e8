# A function that seeds is defined and imported, and nobody calls it.
import numpy as np
from sklearn.linear_model import Ridge


def seed_everything(seed=0):
    np.random.seed(seed)


def main():
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
