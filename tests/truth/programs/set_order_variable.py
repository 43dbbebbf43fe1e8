# A set is kept in a variable, turned into a list and split by position.
from sklearn.linear_model import LinearRegression


def main():
    users = set(f"user-{number}" for number in range(60))
    order = list(users)
    train = order[:40]
    rows = [[int(user.split("-")[1])] for user in train]
    print(LinearRegression().fit(rows, [row[0] ** 2 for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
