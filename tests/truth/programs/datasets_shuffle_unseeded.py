# Dataset.shuffle without a seed takes one from NumPy, which is not seeded either.
from datasets import Dataset
from sklearn.linear_model import SGDRegressor

data = Dataset.from_dict({"x": [number / 10 for number in range(40)]}).shuffle()
rows = [[x] for x in data["x"]]
print(SGDRegressor(shuffle=False, max_iter=3, tol=None).fit(rows, [2 * x for x in data["x"]]).coef_.tolist())
