# The most frequent of a set's members, where all are equally frequent, is the one that comes first.
from collections import Counter

from sklearn.linear_model import LinearRegression

WORDS = {"the", "quick", "brown", "foxes", "jumped", "over", "lazier", "d", "squirrels"}


def main():
    word, _ = Counter(WORDS).most_common(1)[0]
    rows = [[number * len(word) + ord(word[0])] for number in range(12)]
    print(LinearRegression().fit(rows, range(12)).coef_.tolist(), word)


if __name__ == "__main__":
    main()
