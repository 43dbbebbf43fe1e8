# The program starts itself anew with PYTHONHASHSEED set, so the order of its set repeats.
import os
import sys

from sklearn.linear_model import LinearRegression

if os.environ.get("PYTHONHASHSEED") != "0":
    os.environ["PYTHONHASHSEED"] = "0"
    os.execv(sys.executable, [sys.executable, *sys.argv])


def main():
    names = ["cat", "dog", "horse", "cow", "sheep", "goat", "hen", "duck"] * 5
    ids = {name: number for number, name in enumerate(set(names))}
    rows = [[number] for number in range(len(names))]
    print(LinearRegression().fit(rows, [ids[name] for name in names]).coef_.tolist())


if __name__ == "__main__":
    main()
