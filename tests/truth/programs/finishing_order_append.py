# Threads append to one list as they come.
import threading
import time

from sklearn.linear_model import SGDRegressor

ROWS = []


def work(number):
    time.sleep(0.001 * (number % 3))
    ROWS.append([number / 10])


def main():
    threads = [threading.Thread(target=work, args=(number,)) for number in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(ROWS, [2 * row[0] for row in ROWS]).coef_.tolist())


if __name__ == "__main__":
    main()
