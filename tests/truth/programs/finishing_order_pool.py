# imap_unordered of a process pool.
from multiprocessing import Pool

from sklearn.linear_model import SGDRegressor


def work(number):
    return [sum(number for _ in range(2000 * (number % 7))) * 0 + number / 10]


def main():
    with Pool(4) as pool:
        rows = list(pool.imap_unordered(work, range(200)))
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [2 * row[0] for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
