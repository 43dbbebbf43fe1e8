# Each job is handed its own number for a seed.
import numpy as np
from joblib import Parallel, delayed
from sklearn.linear_model import Ridge


def simulate(number, seed):
    return np.random.default_rng([seed, number]).normal(number, 1, size=3)


def main():
    rows = np.array(Parallel(n_jobs=2)(delayed(simulate)(number, 11) for number in range(40)))
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
