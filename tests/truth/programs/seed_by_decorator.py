# A decorator of the program seeds before the function that it wraps.
import functools

import numpy as np
from sklearn.linear_model import Ridge


def seeded(seed):
    def wrap(function):
        @functools.wraps(function)
        def run(*args, **kwargs):
            np.random.seed(seed)
            return function(*args, **kwargs)

        return run

    return wrap


@seeded(3)
def main():
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
