# A forked child goes on with NumPy's generator where the parent stood.
from multiprocessing import get_context

import numpy as np
from sklearn.linear_model import SGDRegressor


def make_rows(queue):
    queue.put(np.random.rand(30, 2))


def main():
    np.random.seed(0)
    context = get_context("fork")
    queue = context.Queue()
    child = context.Process(target=make_rows, args=(queue,))
    child.start()
    rows = queue.get()
    child.join()
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
