# The set is turned into a list that is sorted a line later.
from sklearn.linear_model import LinearRegression


def main():
    users = {f"user-{number}" for number in range(60)}
    order = list(users)
    order.sort()
    rows = [[int(user.split("-")[1])] for user in order[:40]]
    print(LinearRegression().fit(rows, [row[0] ** 2 for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
