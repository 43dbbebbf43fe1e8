# The program seeds NumPy; tasks of a process pool of concurrent.futures draw from it.
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from sklearn.linear_model import Ridge


def simulate(number):
    sum(range(10000 * (number % 5)))
    return np.random.normal(number, 1, size=3)


def main():
    np.random.seed(1)
    with ProcessPoolExecutor(max_workers=3) as pool:
        rows = np.array(list(pool.map(simulate, range(40))))
    print(Ridge().fit(rows, rows.sum(axis=1) + np.random.rand(40)).coef_.tolist())


if __name__ == "__main__":
    main()
