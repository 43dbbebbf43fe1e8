# The folds are in order, and the forest that is fitted on them has a seed.
import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import cross_val_score


def main():
    rows = np.linspace(0, 1, 300).reshape(100, 3)
    forest = RandomForestRegressor(n_estimators=5, random_state=0)
    print(cross_val_score(forest, rows, np.sin(9 * rows).sum(axis=1), cv=3).tolist())


if __name__ == "__main__":
    main()
