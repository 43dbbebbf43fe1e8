# datasets maps a function that draws in the process of the program, which is seeded.
import numpy as np
from datasets import Dataset
from sklearn.linear_model import SGDRegressor


def augment(row):
    return {"x": row["x"] + np.random.rand()}


def main():
    np.random.seed(0)
    rows = Dataset.from_dict({"x": [number / 10 for number in range(40)]}).map(augment)
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit([[x] for x in rows["x"]], list(rows["x"])).coef_.tolist())


if __name__ == "__main__":
    main()
