# A later np.random.seed() without a number undoes the first.
import numpy as np
from sklearn.linear_model import Ridge


def main():
    np.random.seed(0)
    rows = np.linspace(0, 1, 120).reshape(40, 3)
    np.random.seed()
    noise = np.random.rand(40)
    print(Ridge().fit(rows, rows.sum(axis=1) + noise).coef_.tolist())


if __name__ == "__main__":
    main()
