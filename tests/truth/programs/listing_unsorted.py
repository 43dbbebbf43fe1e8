# os.listdir decides the order of the rows, and the model depends on it.
import os

from sklearn.linear_model import SGDRegressor


def main():
    names = [name for name in os.listdir("rows") if name.endswith(".txt")]
    rows = [[float(open(os.path.join("rows", name)).read())] for name in names]
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [2 * row[0] for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
