# The seed is the first word of the command line, or a number.
import sys

import numpy as np
from sklearn.linear_model import Ridge


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    np.random.seed(seed)
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
