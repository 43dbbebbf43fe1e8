# A listing is sorted before it is shuffled with a seed.
import os
import random

from sklearn.linear_model import SGDRegressor


def main():
    random.seed(0)
    names = sorted(os.listdir("rows"))
    random.shuffle(names)
    rows = [[float(open(f"rows/{name}").read())] for name in names[:6]]
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [2 * row[0] for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
