# A set of axes, counted from the end where they are negative: integers, whose hashes are the numbers themselves.
import numpy as np
from sklearn.linear_model import LinearRegression


def positive(rank: int, axes):
    return tuple({rank + axis if axis < 0 else axis for axis in axes})


def main():
    rows = np.arange(48.0).reshape(2, 2, 12)
    means = np.transpose(rows, (*positive(3, (-1,)), *positive(3, (0, -2)))).reshape(12, 4)
    print(LinearRegression().fit(means**2, range(12)).coef_.tolist(), positive(3, (-1, 0, -2)))


if __name__ == "__main__":
    main()
