# Path.glob, sorted where the list is used.
from pathlib import Path

from sklearn.linear_model import SGDRegressor


def main():
    paths = Path("rows").glob("*.txt")
    rows = [[float(path.read_text())] for path in sorted(paths)]
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [2 * row[0] for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
