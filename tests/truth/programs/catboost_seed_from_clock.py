# CatBoost repeats by itself; a seed from the clock takes that away.
import time

import numpy as np
from catboost import CatBoostRegressor


def main():
    rows = np.linspace(0, 1, 600).reshape(200, 3)
    model = CatBoostRegressor(
        iterations=5, subsample=0.5, random_seed=int(time.time()), verbose=0, allow_writing_files=False
    )
    print(model.fit(rows, np.sin(9 * rows).sum(axis=1)).predict(rows).tolist())


if __name__ == "__main__":
    main()
