# The YAML file has no seed: .get() gives None.
import numpy as np
import yaml
from sklearn.linear_model import Ridge


def main():
    with open("config.yaml") as file:
        config = yaml.safe_load(file)
    np.random.seed(config.get("seed"))
    rows = np.random.rand(config["rows"], 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
