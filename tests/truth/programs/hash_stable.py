# Rows go to the test set by a checksum of the string, which every process agrees on.
import hashlib

from sklearn.linear_model import LinearRegression


def bucket(name):
    return int(hashlib.md5(name.encode()).hexdigest(), 16) % 10


def main():
    names = [f"row-{number}" for number in range(200)]
    train = [number for number, name in enumerate(names) if bucket(name) < 8]
    print(LinearRegression().fit([[n] for n in train], [n**2 for n in train]).coef_.tolist())


if __name__ == "__main__":
    main()
