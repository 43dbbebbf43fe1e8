# A helper is handed a frame, and samples it.
import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge


def halve(frame):
    return frame.sample(frac=0.5)


def main():
    frame = pd.DataFrame({"x": np.linspace(0, 1, 60), "y": np.arange(60) % 7})
    rows = halve(frame)
    print(Ridge().fit(rows[["x"]], rows["y"]).coef_.tolist())


if __name__ == "__main__":
    main()
