"""The training."""

import numpy as np
from sklearn.linear_model import Ridge


def train(count):
    rows = np.random.rand(count, 3)
    return Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist()
