# sklearn.utils.shuffle without a seed before a model that depends on the order.
import numpy as np
from sklearn.linear_model import SGDRegressor
from sklearn.utils import shuffle

rows = np.linspace(0, 1, 120).reshape(40, 3) ** 2
rows, goals = shuffle(rows, rows.sum(axis=1))
print(SGDRegressor(shuffle=False, max_iter=3, tol=None).fit(rows, goals).coef_.tolist())
