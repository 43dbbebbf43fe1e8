# The helper in utils/seed.py leaves one family out: Python's random module.
import random

import numpy as np
from sklearn.linear_model import Ridge
from utils.seed import seed_everything


def main():
    seed_everything(3)
    rows = np.random.rand(40, 3)
    rows[:, 0] *= random.random()
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
