# A random.Random of its own with a seed.
import random

from sklearn.linear_model import LinearRegression

rng = random.Random(3)
rows = [[rng.gauss(0, 1)] for _ in range(30)]
print(LinearRegression().fit(rows, [row[0] ** 2 for row in rows]).coef_.tolist())
