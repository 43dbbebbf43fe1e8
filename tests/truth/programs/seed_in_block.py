# A context manager of the program seeds for a block, in which all is drawn.
from contextlib import contextmanager

import numpy as np
from sklearn.linear_model import Ridge


@contextmanager
def seeded(seed):
    state = np.random.get_state()
    np.random.seed(seed)
    try:
        yield
    finally:
        np.random.set_state(state)


def main():
    with seeded(3):
        rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
