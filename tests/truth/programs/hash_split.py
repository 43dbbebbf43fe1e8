# Rows go to the test set by hash() of a string, which is salted anew in each process.
from sklearn.linear_model import LinearRegression


def main():
    names = [f"row-{number}" for number in range(200)]
    train = [number for number, name in enumerate(names) if hash(name) % 10 < 8]
    print(LinearRegression().fit([[n] for n in train], [n**2 for n in train]).coef_.tolist())


if __name__ == "__main__":
    main()
