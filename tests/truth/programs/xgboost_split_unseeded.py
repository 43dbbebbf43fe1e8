# XGBoost has its seed; the split before it has none.
import numpy as np
import xgboost
from sklearn.model_selection import train_test_split


def main():
    rows = np.linspace(0, 1, 600).reshape(200, 3)
    train, test, train_y, _ = train_test_split(rows, np.sin(9 * rows).sum(axis=1))
    model = xgboost.XGBRegressor(n_estimators=5, subsample=0.5, random_state=0)
    print(model.fit(train, train_y).predict(test).tolist())


if __name__ == "__main__":
    main()
