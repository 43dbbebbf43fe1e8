# A pool of one thread: its tasks draw from the seeded generator in their order.
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from sklearn.linear_model import Ridge


def simulate(number):
    return np.random.normal(number, 1, size=3)


def main():
    np.random.seed(0)
    with ThreadPoolExecutor(max_workers=1) as pool:
        rows = np.array(list(pool.map(simulate, range(60))))
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
