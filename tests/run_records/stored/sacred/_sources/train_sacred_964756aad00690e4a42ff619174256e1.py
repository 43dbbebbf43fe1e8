from sacred import Experiment
from sacred.observers import FileStorageObserver
ex = Experiment("demo")
ex.observers.append(FileStorageObserver("../sacred-runs"))

@ex.config
def cfg():
    penalty = 0.5

@ex.automain
def main(penalty, _run):
    ex.open_resource("data/train.csv").close()
    _run.log_scalar("accuracy", 0.75, 0)
    with open("../model.txt", "w") as out:
        out.write("weights")
    ex.add_artifact("../model.txt")
    return 0.75
