import argparse

import mlflow
import pandas as pd
from sklearn.linear_model import LogisticRegression


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--penalty", type=float, default=1.0)
    args = parser.parse_args()
    frame = pd.read_csv("data/train.csv")
    with mlflow.start_run():
        mlflow.log_params(vars(args))
        mlflow.log_input(mlflow.data.from_pandas(frame), context="training")
        model = LogisticRegression(C=args.penalty, random_state=args.seed)
        model.fit(frame[["x"]], frame["y"])
        mlflow.log_metric("accuracy", model.score(frame[["x"]], frame["y"]))
        mlflow.sklearn.log_model(model, name="model")


if __name__ == "__main__":
    main()
