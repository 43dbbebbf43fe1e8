# The seed is given by set_params after the model is made.
import numpy as np
from sklearn.ensemble import RandomForestRegressor

rows = np.linspace(0, 1, 240).reshape(80, 3) ** 2
model = RandomForestRegressor(n_estimators=5)
model.set_params(random_state=3)
print(model.fit(rows, rows.sum(axis=1)).feature_importances_.tolist())
