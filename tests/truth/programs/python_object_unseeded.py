# A random.Random of its own without a seed; the seed of the module does not reach it.
import random

from sklearn.linear_model import LinearRegression

random.seed(0)
rng = random.Random()
rows = [[rng.gauss(0, 1)] for _ in range(30)]
print(LinearRegression().fit(rows, [row[0] ** 2 for row in rows]).coef_.tolist())
