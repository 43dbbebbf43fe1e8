# Bytes of the machine's entropy are the data itself.
import os

from sklearn.linear_model import LinearRegression


def main():
    rows = [[byte / 255] for byte in os.urandom(40)]
    print(LinearRegression().fit(rows, range(40)).coef_.tolist())


if __name__ == "__main__":
    main()
