# Results are taken as the threads finish.
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

from sklearn.linear_model import SGDRegressor


def work(number):
    time.sleep(0.001 * (number % 2))
    return [number / 10]


def main():
    with ThreadPoolExecutor(4) as pool:
        rows = [done.result() for done in as_completed([pool.submit(work, number) for number in range(60)])]
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [2 * row[0] for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
