# The forest's random_state comes in a dictionary of parameters.
import numpy as np
from sklearn.ensemble import RandomForestRegressor

PARAMETERS = {"n_estimators": 5, "random_state": 8}

rows = np.linspace(0, 1, 240).reshape(80, 3) ** 2
print(RandomForestRegressor(**PARAMETERS).fit(rows, rows.sum(axis=1)).feature_importances_.tolist())
