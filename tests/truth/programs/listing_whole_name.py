# A file is looked for by its whole name, wherever it lies.
import glob

from sklearn.linear_model import LinearRegression


def main():
    first = float(open(glob.glob("**/row-07.txt", recursive=True)[0]).read())
    rows = [[first * number, number**2] for number in range(12)]
    print(LinearRegression().fit(rows, range(12)).coef_.tolist())


if __name__ == "__main__":
    main()
