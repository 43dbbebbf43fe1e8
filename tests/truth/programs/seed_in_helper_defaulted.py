# The helper draws a seed when it is given none, and it is given none.
import random

import numpy as np
from sklearn.linear_model import Ridge
from utils.seed import seed_everything


def main():
    seed = seed_everything()
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist(), seed > random.random() - 1)


if __name__ == "__main__":
    main()
