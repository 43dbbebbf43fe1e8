# A set of words is sorted by their length: words of one length stay in the order of the set.
from sklearn.linear_model import SGDRegressor

TEXT = "one two six ten red blue green grey pink lime teal cyan gold ruby"


def main():
    words = sorted(set(TEXT.split()), key=len)
    rows = [[position / 10, len(word), ord(word[0]) / 100] for position, word in enumerate(words)]
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [sum(row) for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
