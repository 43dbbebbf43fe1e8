# The linear booster updates without locks: with two threads it does not repeat, seed or not.
import numpy as np
import xgboost

rng = np.random.default_rng(0)
rows = rng.normal(size=(4000, 40))
matrix = xgboost.DMatrix(rows, rows @ rng.normal(size=40))
booster = xgboost.train({"booster": "gblinear", "seed": 0, "nthread": 4}, matrix, num_boost_round=5)
print(booster.predict(matrix)[:5].tolist())
