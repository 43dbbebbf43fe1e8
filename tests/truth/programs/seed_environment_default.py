# The seed is an environment variable with a number as its default.
import os

import numpy as np
from sklearn.linear_model import Ridge


def main():
    np.random.seed(int(os.environ.get("TRAIN_SEED", "7")))
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
