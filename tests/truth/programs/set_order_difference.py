# What is left of a set of strings becomes the training set in the set's order.
import random

from sklearn.linear_model import LinearRegression


def main():
    random.seed(0)
    every = [f"user-{number}" for number in range(60)]
    test = random.sample(every, 10)
    train = list(set(every) - set(test))
    random.shuffle(train)
    rows = [[int(user.split("-")[1])] for user in train[:30]]
    print(LinearRegression().fit(rows, [row[0] ** 2 for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
