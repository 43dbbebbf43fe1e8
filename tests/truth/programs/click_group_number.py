# The group of a click program seeds before its subcommand draws.
import click
import numpy as np
from sklearn.linear_model import Ridge


@click.group(invoke_without_command=True)
@click.option("--seed", type=int, default=5)
@click.pass_context
def main(context, seed):
    np.random.seed(seed)
    if context.invoked_subcommand is None:
        context.invoke(train)


@main.command()
def train():
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
