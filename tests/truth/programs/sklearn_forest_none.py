# random_state=None is no seed.
import numpy as np
from sklearn.ensemble import RandomForestRegressor


def main(seed=None):
    rows = np.linspace(0, 1, 240).reshape(80, 3) ** 2
    model = RandomForestRegressor(n_estimators=5, random_state=seed)
    print(model.fit(rows, rows.sum(axis=1)).feature_importances_.tolist())


if __name__ == "__main__":
    main()
