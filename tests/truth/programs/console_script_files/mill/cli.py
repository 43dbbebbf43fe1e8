"""The command."""

import argparse

import numpy as np

from mill.train import train


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=3)
    args = parser.parse_args()
    np.random.seed(args.seed)
    print(train())
    return 0
