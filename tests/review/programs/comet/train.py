import comet_ml
import pandas as pd
from sklearn.svm import SVC


def main():
    experiment = comet_ml.Experiment(project_name="demo", auto_metric_logging=False)
    frame = pd.read_csv("train.csv")
    experiment.log_dataset_hash(frame)
    experiment.log_parameters({"kernel": "rbf"})
    model = SVC(kernel="rbf")
    model.fit(frame[["x"]], frame["y"])
    experiment.log_metric("accuracy", model.score(frame[["x"]], frame["y"]))


if __name__ == "__main__":
    main()
