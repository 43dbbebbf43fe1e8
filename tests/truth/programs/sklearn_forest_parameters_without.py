# The dictionary of parameters has no random_state.
import numpy as np
from sklearn.ensemble import RandomForestRegressor

PARAMETERS = {"n_estimators": 5, "max_depth": 3}

rows = np.linspace(0, 1, 240).reshape(80, 3) ** 2
print(RandomForestRegressor(**PARAMETERS).fit(rows, rows.sum(axis=1)).feature_importances_.tolist())
