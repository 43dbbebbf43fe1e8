# A listing fills a dictionary, and the rows are read by number.
import os

from sklearn.linear_model import SGDRegressor


def main():
    by_name = {name: float(open(os.path.join("rows", name)).read()) for name in os.listdir("rows")}
    rows = [[by_name[f"row-{number:02}.txt"]] for number in range(12)]
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [2 * row[0] for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
