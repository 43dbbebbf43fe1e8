from google.cloud import aiplatform
from sklearn.linear_model import LogisticRegression


def main():
    aiplatform.init(project="demo", experiment="fraud")
    aiplatform.start_run("first")
    aiplatform.log_params({"penalty": 1.0, "seed": 4})
    model = LogisticRegression(C=1.0, random_state=4)
    model.fit([[0], [1]], [0, 1])
    aiplatform.log_metrics({"accuracy": model.score([[0], [1]], [0, 1])})
    aiplatform.log_model(model, artifact_id="model")


if __name__ == "__main__":
    main()
