# The seed is a checksum of the experiment's name.
import zlib

import numpy as np
from sklearn.linear_model import Ridge

NAME = "first-try"


def main():
    np.random.seed(zlib.crc32(NAME.encode()))
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
