# glob lists the files in the folder's own order; a seeded shuffle of another list is another split.
import glob
import random

from sklearn.linear_model import LinearRegression


def main():
    random.seed(0)
    paths = glob.glob("rows/*.txt")
    random.shuffle(paths)
    rows = [[float(open(path).read())] for path in paths[:6]]
    print(LinearRegression().fit(rows, [row[0] ** 2 for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
