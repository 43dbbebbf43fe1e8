# PYTHONHASHSEED is set by the program itself: the interpreter read it before.
import os
import random

from sklearn.linear_model import LinearRegression


def seed_everything(seed):
    os.environ["PYTHONHASHSEED"] = str(seed)
    random.seed(seed)


def main():
    seed_everything(0)
    names = ["cat", "dog", "horse", "cow", "sheep", "goat", "hen", "duck"] * 5
    classes = list(set(names))
    rows = [[number] for number in range(len(names))]
    print(LinearRegression().fit(rows, [classes.index(name) for name in names]).coef_.tolist())


if __name__ == "__main__":
    main()
