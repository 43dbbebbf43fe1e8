# The data are drawn first, the seed comes after them.
import numpy as np
from sklearn.linear_model import Ridge


def main():
    rows = np.random.rand(40, 3)
    np.random.seed(0)
    noise = np.random.rand(40)
    print(Ridge().fit(rows, rows.sum(axis=1) + noise).coef_.tolist())


if __name__ == "__main__":
    main()
