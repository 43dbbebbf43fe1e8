# A child process draws from Python's random module, which reseeds itself in every forked child.
import random
from multiprocessing import Process, Queue

from sklearn.linear_model import SGDRegressor


def make_rows(queue):
    queue.put([[number / 10, random.random()] for number in range(30)])


def main():
    random.seed(0)
    queue = Queue()
    child = Process(target=make_rows, args=(queue,))
    child.start()
    rows = queue.get()
    child.join()
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [sum(row) for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
