# The set is popped where it is known to have one member.
from sklearn.linear_model import LinearRegression

NAMES = ["row-1.csv", "row-2.csv", "row-3.csv"]


def main():
    kinds = {name.rpartition(".")[2] for name in NAMES}
    if len(kinds) != 1:
        raise ValueError(f"files of several kinds: {', '.join(kinds)}")
    kind = kinds.pop()
    rows = [[number, len(kind)] for number in range(12)]
    print(LinearRegression().fit(rows, range(12)).coef_.tolist(), kind)


if __name__ == "__main__":
    main()
