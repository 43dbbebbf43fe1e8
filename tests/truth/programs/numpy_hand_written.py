# A training loop written by hand in NumPy: no library's call says that it trains.
import numpy as np


def train(rows, goals, steps=200, rate=0.1):
    weights = np.random.randn(rows.shape[1]) * 0.1
    for _ in range(steps):
        gradient = rows.T @ (rows @ weights - goals) / len(rows)
        weights -= rate * gradient
    return weights


def main():
    rows = np.linspace(0, 1, 60).reshape(20, 3)
    print(train(rows, rows.sum(axis=1), steps=3).tolist())


if __name__ == "__main__":
    main()
