# Files whose names are long enough are collected in the order of the listing.
import os

from sklearn.linear_model import SGDRegressor


def main():
    rows = []
    for name in os.listdir("rows"):
        if len(name) > 3:
            rows.append([float(open(os.path.join("rows", name)).read())])
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [row[0] ** 2 for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
