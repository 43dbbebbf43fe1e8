# Threads of a pool draw from one seeded generator, in the order in which they come to it.
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from sklearn.linear_model import Ridge


def simulate(number):
    values = [np.random.normal(number, 1, size=1000).mean() for _ in range(20 * (number % 7) + 3)]
    return values[:3]


def main():
    np.random.seed(0)
    with ThreadPoolExecutor(max_workers=4) as pool:
        rows = np.array(list(pool.map(simulate, range(60))))
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
