# A seed goes from an option into a configuration, and from there through a class into a helper of another file.
import argparse
from dataclasses import dataclass

import numpy as np
from seeding import fix_seeds
from sklearn.linear_model import Ridge


@dataclass
class Config:
    seed: int
    rows: int = 40


class Trainer:
    def __init__(self, config):
        self.config = config
        fix_seeds(self.config.seed)

    def train(self):
        rows = np.random.rand(self.config.rows, 3)
        return Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=3)
    args = parser.parse_args()
    print(Trainer(Config(seed=args.seed)).train())


if __name__ == "__main__":
    main()
