# The data are made by a generator of scikit-learn without a seed.
from sklearn.datasets import make_regression
from sklearn.linear_model import Ridge

rows, goals = make_regression(n_samples=40, n_features=3)
print(Ridge().fit(rows, goals).coef_.tolist())
