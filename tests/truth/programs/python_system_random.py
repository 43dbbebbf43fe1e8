# SystemRandom reads the operating system: no seed reaches it.
import random

from sklearn.linear_model import LinearRegression


def main():
    random.seed(0)
    rng = random.SystemRandom()
    rows = [[rng.random()] for _ in range(30)]
    print(LinearRegression().fit(rows, [row[0] ** 2 for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
