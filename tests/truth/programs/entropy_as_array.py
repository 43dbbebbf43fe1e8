# An array is made of the machine's entropy, byte by byte.
import os

import numpy as np
from sklearn.linear_model import LinearRegression


def main():
    rows = np.frombuffer(os.urandom(80), dtype=np.uint8).reshape(40, 2) / 255
    print(LinearRegression().fit(rows, range(40)).coef_.tolist())


if __name__ == "__main__":
    main()
