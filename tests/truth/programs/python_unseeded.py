# Python's random module shuffles the rows and nothing seeds it.
import random

from sklearn.linear_model import SGDRegressor


def main():
    rows = [[number / 10] for number in range(50)]
    random.shuffle(rows)
    model = SGDRegressor(shuffle=False, max_iter=5, tol=None)
    model.fit(rows, [2 * row[0] for row in rows])
    print(model.coef_.tolist())


if __name__ == "__main__":
    main()
