# The set of labels is sorted before it numbers them.
from sklearn.linear_model import LinearRegression


def main():
    names = ["cat", "dog", "horse", "cow", "sheep", "goat", "hen", "duck"] * 5
    ids = {name: number for number, name in enumerate(sorted(set(names)))}
    rows = [[number] for number in range(len(names))]
    print(LinearRegression().fit(rows, [ids[name] for name in names]).coef_.tolist())


if __name__ == "__main__":
    main()
