# The trees have a seed; the bagging around them draws their rows without one.
import numpy as np
from sklearn.ensemble import BaggingRegressor
from sklearn.tree import DecisionTreeRegressor


def main():
    rows = np.linspace(0, 1, 300).reshape(100, 3)
    model = BaggingRegressor(DecisionTreeRegressor(random_state=0), n_estimators=5)
    print(model.fit(rows, np.sin(9 * rows).sum(axis=1)).predict(rows).tolist())


if __name__ == "__main__":
    main()
