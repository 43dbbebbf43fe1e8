# Doubles are dropped with a dictionary, which keeps the order of insertion.
from sklearn.linear_model import LinearRegression


def main():
    names = ["cat", "dog", "horse", "cow", "cat", "goat", "hen", "dog"]
    ids = {name: number for number, name in enumerate(dict.fromkeys(names))}
    rows = [[number] for number in range(len(names))]
    print(LinearRegression().fit(rows, [ids[name] for name in names]).coef_.tolist())


if __name__ == "__main__":
    main()
