# A set is written to a file word by word; the lines of that file are the ids.
from sklearn.linear_model import LinearRegression

TEXT = "one two three four five six seven eight nine ten one three five"


def main():
    with open("vocabulary.txt", "w") as file:
        for word in set(TEXT.split()):
            file.write(word + "\n")
    with open("vocabulary.txt") as file:
        lines = file.read().split()
    rows = [[lines.index(word)] for word in TEXT.split()]
    print(LinearRegression().fit(rows, range(len(rows))).coef_.tolist())


if __name__ == "__main__":
    main()
