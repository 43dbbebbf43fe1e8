import numpy as np
from sacred import Experiment
from sacred.observers import FileStorageObserver
from sklearn.linear_model import SGDClassifier

ex = Experiment("demo")
ex.observers.append(FileStorageObserver("runs"))


@ex.config
def configure():
    alpha = 0.1


@ex.automain
def main(alpha, _run):
    rows = np.random.rand(10, 2)
    model = SGDClassifier(alpha=alpha)
    model.fit(rows, rows[:, 0] > 0.5)
    _run.log_scalar("accuracy", model.score(rows, rows[:, 0] > 0.5))
    ex.add_artifact("model.pkl")
