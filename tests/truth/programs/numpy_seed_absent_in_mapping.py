# The seed is asked of a mapping that does not have it.
import numpy as np
from sklearn.linear_model import Ridge

CONFIG = {"rows": 40}


def main():
    rng = np.random.default_rng(CONFIG.get("seed"))
    rows = rng.normal(size=(CONFIG["rows"], 3))
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
