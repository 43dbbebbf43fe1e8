# A set of words is sorted before it is joined to the text whose letters become the features.
from sklearn.linear_model import LinearRegression

WORDS = {"the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog"}


def main():
    text = " ".join(sorted(WORDS))
    rows = [[ord(letter)] for letter in text]
    print(LinearRegression().fit(rows, range(len(rows))).coef_.tolist())


if __name__ == "__main__":
    main()
