# NumPy's global generator is seeded first; what falls back on it is fixed with it.
import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import train_test_split


def main():
    np.random.seed(5)
    rows = np.random.rand(80, 3)
    train, test, goal, truth = train_test_split(rows, rows.sum(axis=1))
    model = RandomForestRegressor(n_estimators=5).fit(train, goal)
    print(model.score(test, truth))


if __name__ == "__main__":
    main()
