# The seed is a field of a dataclass whose default is None.
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import Ridge


@dataclass
class Settings:
    rows: int = 40
    seed: int | None = None


def main():
    settings = Settings()
    rng = np.random.default_rng(settings.seed)
    rows = rng.normal(size=(settings.rows, 3))
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
