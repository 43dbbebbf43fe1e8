# A typer option that is None unless it is given.
from typing import Annotated

import numpy as np
import typer
from sklearn.linear_model import Ridge

app = typer.Typer()


@app.command()
def main(seed: Annotated[int | None, typer.Option(help="the seed")] = None):
    np.random.seed(seed)
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    app()
