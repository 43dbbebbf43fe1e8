import mlflow
from sklearn.linear_model import LogisticRegression


def main():
    mlflow.set_tracking_uri("databricks")
    with mlflow.start_run():
        table = mlflow.data.load_delta(table_name="main.fraud.rows", version="42")
        mlflow.log_input(table, context="training")
        model = LogisticRegression()
        model.fit([[0], [1]], [0, 1])
        mlflow.log_metric("accuracy", model.score([[0], [1]], [0, 1]))


if __name__ == "__main__":
    main()
