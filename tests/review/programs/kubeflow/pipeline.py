from kfp import compiler, dsl
from kfp.dsl import Metrics, Output


@dsl.component(base_image="python:3.11.9-slim", packages_to_install=["scikit-learn==1.5.2"])
def fit(penalty: float, metrics: Output[Metrics]):
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=penalty)
    model.fit([[0], [1]], [0, 1])
    metrics.log_metric("accuracy", model.score([[0], [1]], [0, 1]))


@dsl.pipeline(name="demo")
def train(penalty: float = 1.0):
    fit(penalty=penalty)


if __name__ == "__main__":
    compiler.Compiler().compile(train, "pipeline.yaml")
