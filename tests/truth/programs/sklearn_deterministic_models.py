# Models that draw nothing with their defaults.
import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

rows = np.linspace(0, 1, 120).reshape(40, 3) ** 2
classes = (rows.sum(axis=1) > 1).astype(int)
for model in (LogisticRegression(), KNeighborsClassifier(), SVC()):
    print(model.fit(rows, classes).score(rows, classes))
print(Ridge().fit(rows, rows[:, 0]).coef_.tolist())
