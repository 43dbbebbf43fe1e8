# The seed is drawn from a generator that nobody seeded.
import random

import numpy as np
from sklearn.linear_model import LinearRegression


def main():
    seed = random.randint(0, 10_000)
    np.random.seed(seed)
    rows = np.random.rand(30, 2)
    print(LinearRegression().fit(rows, rows[:, 0] ** 2).coef_.tolist())


if __name__ == "__main__":
    main()
