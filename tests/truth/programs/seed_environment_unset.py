# The seed is an environment variable that nobody sets.
import os

import numpy as np
from sklearn.linear_model import Ridge


def main():
    seed = os.environ.get("TRAIN_SEED")
    np.random.seed(int(seed) if seed else None)
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
