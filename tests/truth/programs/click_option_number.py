# The default of a click option seeds.
import click
import numpy as np
from sklearn.linear_model import Ridge


@click.command()
@click.option("--seed", default=3, show_default=True)
def main(seed):
    np.random.seed(seed)
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
