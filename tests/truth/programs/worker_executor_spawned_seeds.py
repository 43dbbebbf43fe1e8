# Tasks of a process pool are handed seeds that one sequence spawned.
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from sklearn.linear_model import Ridge


def simulate(sequence):
    return np.random.default_rng(sequence).normal(0, 1, size=3)


def main():
    sequences = np.random.SeedSequence(7).spawn(40)
    with ProcessPoolExecutor(max_workers=3) as pool:
        rows = np.array(list(pool.map(simulate, sequences)))
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
