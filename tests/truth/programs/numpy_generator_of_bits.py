# A generator of NumPy is made of a bit generator without a seed.
import numpy as np
from sklearn.linear_model import Ridge


def main():
    rows = np.random.Generator(np.random.PCG64()).normal(size=(40, 3))
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
