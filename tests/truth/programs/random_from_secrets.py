# The rows come out of the operating system's entropy, by secrets.
import secrets

from sklearn.linear_model import Ridge


def main():
    rows = [[secrets.randbelow(1000) / 1000 for _ in range(3)] for _ in range(40)]
    print(Ridge().fit(rows, [sum(row) for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
