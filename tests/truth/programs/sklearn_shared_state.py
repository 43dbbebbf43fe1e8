# One RandomState with a seed is shared by several calls: it repeats from run to run.
import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import train_test_split

state = np.random.RandomState(6)
rows = np.linspace(0, 1, 240).reshape(80, 3) ** 2
train, test, goal, truth = train_test_split(rows, rows.sum(axis=1), random_state=state)
print(RandomForestRegressor(n_estimators=5, random_state=state).fit(train, goal).score(test, truth))
