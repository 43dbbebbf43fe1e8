# Whichever of several files is listed first is the one that is read.
import glob

from sklearn.linear_model import LinearRegression


def main():
    first = float(open(glob.glob("rows/*.txt")[0]).read())
    rows = [[first * number + number**2] for number in range(12)]
    print(LinearRegression().fit(rows, range(12)).coef_.tolist(), first)


if __name__ == "__main__":
    main()
