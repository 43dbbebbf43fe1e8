# The YAML file has a seed, and nothing reads it.
import numpy as np
import yaml
from sklearn.linear_model import Ridge


def main():
    with open("config.yaml") as file:
        config = yaml.safe_load(file)
    rows = np.random.rand(config["rows"], 3)
    print(Ridge(alpha=config["alpha"]).fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
