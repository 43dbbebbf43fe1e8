# Path.iterdir in a loop that appends.
from pathlib import Path

from sklearn.linear_model import SGDRegressor


def load(folder):
    rows = []
    for path in Path(folder).iterdir():
        rows.append([float(path.read_text())])
    return rows


def main():
    rows = load("rows")
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [2 * row[0] for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
