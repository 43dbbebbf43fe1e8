# The pattern fits one file, which is asked for before it is taken.
import glob

from sklearn.linear_model import LinearRegression


def main():
    found = glob.glob("rows/*-07.txt")
    assert len(found) == 1, found
    first = float(open(found[0]).read())
    rows = [[first * number, number**2] for number in range(12)]
    print(LinearRegression().fit(rows, range(12)).coef_.tolist())


if __name__ == "__main__":
    main()
