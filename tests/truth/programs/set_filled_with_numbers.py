# A set that begins empty and is filled with lengths.
from sklearn.linear_model import LinearRegression

TEXT = "one three eleven two seventeen four thousand"


def main():
    lengths = set()
    for word in TEXT.split():
        lengths.add(len(word))
    order = list(lengths)
    rows = [[order.index(len(word))] for word in TEXT.split()]
    print(LinearRegression().fit(rows, range(len(rows))).coef_.tolist())


if __name__ == "__main__":
    main()
