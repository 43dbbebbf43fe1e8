# joblib starts processes; what they draw from NumPy is not what the program seeded.
import numpy as np
from joblib import Parallel, delayed
from sklearn.linear_model import Ridge


def simulate(number):
    return np.random.normal(number, 1, size=3)


def main():
    np.random.seed(0)
    rows = np.array(Parallel(n_jobs=2)(delayed(simulate)(number) for number in range(40)))
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
