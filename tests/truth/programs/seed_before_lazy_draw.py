# A generator expression draws only when it is read, which is after the seed.
import random

from sklearn.linear_model import Ridge


def main():
    values = (random.random() for _ in range(120))
    random.seed(0)
    rows = [[next(values) for _ in range(3)] for _ in range(40)]
    print(Ridge().fit(rows, [sum(row) for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
