# LightGBM has fixed seeds of its own, also with bagging.
import lightgbm
import numpy as np

rows = np.linspace(0, 1, 300).reshape(100, 3) ** 2
model = lightgbm.LGBMRegressor(n_estimators=10, subsample=0.5, subsample_freq=1, verbose=-1)
print(model.fit(rows, rows.sum(axis=1)).predict(rows[:5]).tolist())
