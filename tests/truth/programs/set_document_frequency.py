# The vocabulary is the words that most documents have: of words in as many documents, which ones come first is the set's order.
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
        frequency.update(set(document.split()))
    vocabulary = [word for word, _ in frequency.most_common(5)]
    rows = [[document.split().count(word) for word in vocabulary] for document in DOCUMENTS]
    print(LinearRegression().fit(rows, range(len(rows))).coef_.tolist())


if __name__ == "__main__":
    main()
