# A random graph of networkx draws from Python's random module, which is seeded.
import random

import networkx as nx
import numpy as np
from sklearn.linear_model import Ridge


def main():
    random.seed(0)
    rows = nx.to_numpy_array(nx.erdos_renyi_graph(30, 0.3))
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist(), np.trace(rows))


if __name__ == "__main__":
    main()
