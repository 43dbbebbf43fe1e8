# The vocabulary is written to a file in the order of a set; the lines of that file are the ids.
from pathlib import Path

from sklearn.linear_model import LinearRegression

TEXT = "one two three four five six seven eight nine ten one three five"


def main():
    Path("vocabulary.txt").write_text("\n".join(set(TEXT.split())))
    lines = Path("vocabulary.txt").read_text().splitlines()
    rows = [[lines.index(word)] for word in TEXT.split()]
    print(LinearRegression().fit(rows, range(len(rows))).coef_.tolist())


if __name__ == "__main__":
    main()
