# The default of the option is 0, which `if seed:` takes for none.
import numpy as np
import typer
from sklearn.linear_model import Ridge


def main(seed: int = typer.Option(0)):
    if seed:
        np.random.seed(seed)
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    typer.run(main)
