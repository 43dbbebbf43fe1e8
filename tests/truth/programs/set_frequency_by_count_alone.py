# Words are counted once a document and sorted by their count: of equal counts the set's order decides which are kept.
from collections import Counter

from sklearn.linear_model import LinearRegression

DOCUMENTS = [
    "red red fox runs home home home",
    "blue fox sleeps late late",
    "green fox eats grass",
    "old fox sees snow",
]


def main():
    frequency = Counter()
    for document in DOCUMENTS:
        for word in set(document.split()):
            frequency[word] += 1
    ranked = sorted(frequency.items(), key=lambda pair: pair[1], reverse=True)
    vocabulary = [word for word, _ in ranked[:5]]
    rows = [[document.split().count(word) for word in vocabulary] for document in DOCUMENTS]
    print(LinearRegression().fit(rows, range(len(rows))).coef_.tolist())


if __name__ == "__main__":
    main()
