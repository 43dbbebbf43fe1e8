import mlflow
from sklearn.linear_model import LogisticRegression

if __name__ == "__main__":
    model = LogisticRegression()
    model.fit([[0], [1]], [0, 1])
    mlflow.log_metric("accuracy", model.score([[0], [1]], [0, 1]))
