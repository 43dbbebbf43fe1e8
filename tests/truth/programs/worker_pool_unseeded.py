# The program seeds Python's random module; the workers of a pool draw from it without a seed of their own.
import random
from multiprocessing import Pool

from sklearn.linear_model import SGDRegressor


def make_row(number):
    return [number / 10, random.random()]


def main():
    random.seed(0)
    with Pool(3) as pool:
        rows = pool.map(make_row, range(30))
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [sum(row) for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
