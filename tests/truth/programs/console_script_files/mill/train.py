"""The training."""

import numpy as np
from sklearn.linear_model import Ridge


def train():
    rows = np.random.rand(40, 3)
    return Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist()
