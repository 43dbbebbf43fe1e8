# A space of its own draws actions.
import numpy as np
from gymnasium.spaces import Box, Discrete
from sklearn.linear_model import Ridge


def main():
    actions, states = Discrete(4), Box(0, 1, (3,))
    rows = np.array([states.sample() for _ in range(40)])
    print(Ridge().fit(rows, [int(actions.sample()) for _ in range(40)]).coef_.tolist())


if __name__ == "__main__":
    main()
