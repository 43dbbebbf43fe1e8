# A loop over a set of strings that only counts, and fills a dictionary that is read by key.
from sklearn.linear_model import LinearRegression


def main():
    words = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog", "the", "end"]
    total = 0
    for word in set(words):
        total += words.count(word)
    lengths = {word: len(word) for word in set(words)}
    rows = [[lengths[word]] for word in words]
    print(total, LinearRegression().fit(rows, range(len(rows))).coef_.tolist())


if __name__ == "__main__":
    main()
