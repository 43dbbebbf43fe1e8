# os.walk yields the files of each folder in the folder's own order.
import os

from sklearn.linear_model import SGDRegressor


def main():
    rows = []
    for folder, _, names in os.walk("rows"):
        for name in names:
            rows.append([float(open(os.path.join(folder, name)).read())])
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [2 * row[0] for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
