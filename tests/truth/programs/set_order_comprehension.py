# A set comprehension, kept in a variable, numbers the labels two lines further down.
from sklearn.linear_model import LinearRegression

TEXT = "the quick brown fox jumps over a lazy dog"


def main():
    pairs = list(enumerate(TEXT.split() * 4))
    vocabulary = {word for _, word in pairs}
    index = {}
    for word in vocabulary:
        index[word] = len(index)
    rows = [[number] for number, _ in pairs]
    print(LinearRegression().fit(rows, [index[word] for _, word in pairs]).coef_.tolist())


if __name__ == "__main__":
    main()
