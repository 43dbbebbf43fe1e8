# The seed is made of the process id in a helper and handed on.
import os

import numpy as np
from sklearn.linear_model import LinearRegression


def choose_seed():
    return os.getpid() % 10_000 + 1


def main():
    seed = choose_seed()
    np.random.seed(seed)
    rows = np.random.rand(30, 2)
    print(LinearRegression().fit(rows, rows[:, 0] ** 2).coef_.tolist())


if __name__ == "__main__":
    main()
