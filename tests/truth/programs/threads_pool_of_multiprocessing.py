# The thread pool of multiprocessing, whose tasks draw from Python's seeded random module.
import random
from multiprocessing.pool import ThreadPool

from sklearn.linear_model import SGDRegressor


def make_row(number):
    values = [random.random() for _ in range(4000 * (number % 7) + 1)]
    return [number / 10, sum(values) / len(values)]


def main():
    random.seed(0)
    with ThreadPool(4) as pool:
        rows = pool.map(make_row, range(60), chunksize=1)
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [sum(row) for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
