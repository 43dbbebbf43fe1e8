# NormalDist.samples of the standard library without a seed.
from statistics import NormalDist

from sklearn.linear_model import Ridge


def main():
    values = NormalDist(0, 1).samples(120)
    rows = [values[start : start + 3] for start in range(0, 120, 3)]
    print(Ridge().fit(rows, [sum(row) for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
