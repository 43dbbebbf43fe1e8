# After `wait` the results are taken from the list of the futures, in the order in which they were handed in.
from concurrent.futures import ThreadPoolExecutor, wait

from sklearn.linear_model import SGDRegressor


def make_row(number):
    return [number / 10, (number * 7 % 11) / 11]


def main():
    with ThreadPoolExecutor(max_workers=4) as pool:
        futures = [pool.submit(make_row, number) for number in range(60)]
        wait(futures)
    rows = [future.result() for future in futures]
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [sum(row) for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
