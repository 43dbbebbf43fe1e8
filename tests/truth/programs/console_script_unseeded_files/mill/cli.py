"""The command."""

import argparse

from mill.train import train


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=40)
    args = parser.parse_args()
    print(train(args.rows))
    return 0
