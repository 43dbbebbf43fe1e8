# The seed is the hash of the experiment's name, which another process does not repeat.
import numpy as np
from sklearn.linear_model import Ridge

NAME = "first-try"


def main():
    np.random.seed(abs(hash(NAME)) % 2**32)
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
