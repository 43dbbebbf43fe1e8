# A listing that is only counted and asked for its largest number.
import os

from sklearn.linear_model import LinearRegression


def main():
    names = os.listdir("rows")
    last = max(int(name.split("-")[1].split(".")[0]) for name in os.listdir("rows"))
    rows = [[number / (last + 1)] for number in range(len(names))]
    print(LinearRegression().fit(rows, [row[0] ** 2 for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
