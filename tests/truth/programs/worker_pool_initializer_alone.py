# A pool of one worker, which an initializer seeds: the tasks come to it in their order.
import random
from multiprocessing import Pool

from sklearn.linear_model import SGDRegressor


def seed_worker():
    random.seed(0)


def make_row(number):
    return [number / 10, random.random()]


def main():
    with Pool(1, initializer=seed_worker) as pool:
        rows = pool.map(make_row, range(60), chunksize=1)
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [sum(row) for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
