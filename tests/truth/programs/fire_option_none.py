# fire calls a function whose seed is None by default.
import fire
import numpy as np
from sklearn.linear_model import Ridge


def train(seed=None):
    if seed is not None:
        np.random.seed(seed)
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    fire.Fire(train)
