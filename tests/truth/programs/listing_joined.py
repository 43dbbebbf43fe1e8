# A listing is joined to a list of files that is written, and read again for the rows.
import os

from sklearn.linear_model import SGDRegressor


def main():
    with open("train.txt", "w") as file:
        file.write("\n".join(os.listdir("rows")))
    with open("train.txt") as file:
        rows = [[float(open(os.path.join("rows", name)).read())] for name in file.read().split()]
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [row[0] ** 2 for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
