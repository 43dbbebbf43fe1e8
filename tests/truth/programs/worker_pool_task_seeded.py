# Each task of a pool has a generator of its own, seeded with its number.
import random
from multiprocessing import Pool

from sklearn.linear_model import SGDRegressor


def make_row(number):
    rng = random.Random(number)
    return [number / 10, rng.random()]


def main():
    with Pool(3) as pool:
        rows = pool.map(make_row, range(30))
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [sum(row) for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
