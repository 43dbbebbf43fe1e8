# Python's random module is seeded with the hash of a text, as it is.
import random

from sklearn.linear_model import Ridge

NAME = "first-try"


def main():
    random.seed(hash(NAME))
    rows = [[random.random() for _ in range(3)] for _ in range(40)]
    print(Ridge().fit(rows, [sum(row) for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
