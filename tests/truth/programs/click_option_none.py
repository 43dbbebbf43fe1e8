# A click option without a default is None.
import click
import numpy as np
from sklearn.linear_model import Ridge


@click.command()
@click.option("--seed", type=int)
def main(seed):
    np.random.seed(seed)
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
