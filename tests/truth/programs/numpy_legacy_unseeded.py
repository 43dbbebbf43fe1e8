# NumPy's global generator is drawn from and never seeded.
import numpy as np
from sklearn.linear_model import Ridge


def main():
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
