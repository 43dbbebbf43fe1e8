from sagemaker.experiments import Run
from sklearn.linear_model import LogisticRegression


def main():
    with Run(experiment_name="fraud", run_name="first") as run:
        run.log_parameters({"penalty": 1.0})
        model = LogisticRegression(C=1.0)
        model.fit([[0], [1]], [0, 1])
        run.log_metric("accuracy", model.score([[0], [1]], [0, 1]))
        run.log_file("model.pkl", name="model")


if __name__ == "__main__":
    main()
