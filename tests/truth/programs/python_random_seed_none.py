# random.seed(None) takes its seed from the operating system.
import random

from sklearn.linear_model import LinearRegression


def main():
    random.seed(None)
    rows = [[random.random()] for _ in range(30)]
    print(LinearRegression().fit(rows, [row[0] ** 2 for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
