# A set that begins empty and is filled with words.
from sklearn.linear_model import LinearRegression

TEXT = "one three eleven two seventeen four thousand"


def main():
    words = set()
    for word in TEXT.split():
        words.add(word)
    order = list(words)
    rows = [[order.index(word)] for word in TEXT.split()]
    print(LinearRegression().fit(rows, range(len(rows))).coef_.tolist())


if __name__ == "__main__":
    main()
