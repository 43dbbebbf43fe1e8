# Rows are sampled from each group of a frame.
import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge


def main():
    frame = pd.DataFrame({"x": np.linspace(0, 1, 60), "group": np.arange(60) % 3})
    rows = frame.groupby("group").sample(n=5)
    print(Ridge().fit(rows[["x"]], rows["group"]).coef_.tolist())


if __name__ == "__main__":
    main()
