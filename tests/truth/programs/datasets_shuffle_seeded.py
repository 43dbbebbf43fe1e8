# Dataset.shuffle and train_test_split with a seed.
from datasets import Dataset
from sklearn.linear_model import SGDRegressor

data = Dataset.from_dict({"x": [number / 10 for number in range(40)]}).shuffle(seed=1)
data = data.train_test_split(test_size=0.2, seed=1)["train"]
rows = [[x] for x in data["x"]]
print(SGDRegressor(shuffle=False, max_iter=3, tol=None).fit(rows, [2 * x for x in data["x"]]).coef_.tolist())
