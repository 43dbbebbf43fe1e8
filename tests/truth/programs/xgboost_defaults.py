# XGBoost has a fixed seed of its own, also with subsampling.
import numpy as np
from xgboost import XGBRegressor

rows = np.linspace(0, 1, 300).reshape(100, 3) ** 2
model = XGBRegressor(n_estimators=10, subsample=0.5, colsample_bytree=0.5)
print(model.fit(rows, rows.sum(axis=1)).predict(rows[:5]).tolist())
