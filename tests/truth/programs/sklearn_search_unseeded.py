# A randomised search without a seed over a model that draws nothing.
import numpy as np
from sklearn.linear_model import Ridge
from sklearn.model_selection import RandomizedSearchCV

rows = np.linspace(0, 1, 120).reshape(40, 3) ** 2
search = RandomizedSearchCV(Ridge(), {"alpha": np.linspace(0.1, 100, 5000)}, n_iter=3, cv=3)
print(search.fit(rows, rows.sum(axis=1)).best_params_["alpha"])
