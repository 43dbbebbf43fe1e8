# The members of sets are counted, and the counts are looked up by name.
from collections import Counter

from sklearn.linear_model import LinearRegression

DOCUMENTS = [
    "red red fox runs home home home",
    "blue fox sleeps late late",
    "green fox eats grass",
    "old fox sees snow",
]


def main():
    frequency = Counter(word for document in DOCUMENTS for word in set(document.split()))
    rows = [[frequency[word] for word in document.split()[:4]] for document in DOCUMENTS]
    print(LinearRegression().fit(rows, range(len(rows))).coef_.tolist(), max(frequency.values()))


if __name__ == "__main__":
    main()
