# executor.map gives the results in the order of the input.
from concurrent.futures import ThreadPoolExecutor

from sklearn.linear_model import SGDRegressor


def work(number):
    return [number / 10]


def main():
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(work, range(60)))
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [2 * row[0] for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
