# The default of a typer parameter seeds.
import numpy as np
import typer
from sklearn.linear_model import Ridge


def main(seed: int = 3):
    np.random.seed(seed)
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    typer.run(main)
