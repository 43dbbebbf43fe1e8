# LightGBM repeats by itself; a seed from the clock takes that away.
import time

import lightgbm
import numpy as np


def main():
    rows = np.linspace(0, 1, 600).reshape(200, 3)
    params = {
        "objective": "regression",
        "bagging_fraction": 0.5,
        "bagging_freq": 1,
        "verbosity": -1,
        "seed": time.time_ns() % 2**30,
    }
    model = lightgbm.train(params, lightgbm.Dataset(rows, np.sin(9 * rows).sum(axis=1)), 5)
    print(model.predict(rows).tolist())


if __name__ == "__main__":
    main()
