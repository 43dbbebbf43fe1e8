# Pairs are collected in the order of a listing and made a dict, which is looked up by name.
import os

from sklearn.linear_model import LinearRegression


def main():
    pairs = []
    for name in os.listdir("rows"):
        pairs.append((name.partition(".")[0], float(open(os.path.join("rows", name)).read())))
    values = dict(pairs)
    rows = [[values[f"row-{number:02}"], number**2] for number in range(12)]
    print(LinearRegression().fit(rows, range(12)).coef_.tolist())


if __name__ == "__main__":
    main()
