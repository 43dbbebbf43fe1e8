# Shuffled folds with a seed, a grid search over a tree with a seed.
import numpy as np
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.tree import DecisionTreeRegressor

rows = np.linspace(0, 1, 120).reshape(40, 3) ** 2
folds = KFold(4, shuffle=True, random_state=0)
search = GridSearchCV(DecisionTreeRegressor(random_state=0), {"max_depth": [2, 3]}, cv=folds)
print(search.fit(rows, rows.sum(axis=1)).best_score_)
