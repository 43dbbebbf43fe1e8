# Label ids follow the order of a set of strings, which is salted anew in each process.
from sklearn.linear_model import LinearRegression


def main():
    names = ["cat", "dog", "horse", "cow", "sheep", "goat", "hen", "duck"] * 5
    ids = {name: number for number, name in enumerate(set(names))}
    rows = [[number] for number in range(len(names))]
    print(LinearRegression().fit(rows, [ids[name] for name in names]).coef_.tolist())


if __name__ == "__main__":
    main()
