# The splitter that a search is given has a seed.
import numpy as np
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, ShuffleSplit


def main():
    rows = np.linspace(0, 1, 300).reshape(100, 3)
    search = GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=ShuffleSplit(n_splits=3, random_state=0))
    search.fit(rows, np.sin(9 * rows).sum(axis=1))
    print(search.cv_results_["mean_test_score"].tolist())


if __name__ == "__main__":
    main()
