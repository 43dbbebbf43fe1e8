# PYTHONHASHSEED is set out of habit; no order of a set and no hash bears on the result.
import os
import random

from sklearn.linear_model import LinearRegression


def main():
    os.environ["PYTHONHASHSEED"] = "0"
    random.seed(0)
    rows = [[random.random()] for _ in range(30)]
    print(LinearRegression().fit(rows, [row[0] ** 2 for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
