# Sets are joined to what a log and an error say: no number hangs on it.
import logging

from sklearn.linear_model import LinearRegression

KNOWN = {"north", "south", "east", "west", "centre"}
ASKED = {"north", "south", "harbour", "island", "airport"}


def check(names):
    unknown = names - KNOWN
    if unknown:
        raise ValueError(f"unknown: {', '.join(unknown)}")


def main():
    logging.warning("groups: " + ", ".join(KNOWN))
    try:
        check(set(ASKED))
    except ValueError as error:
        logging.error("%s", error)
    rows = [[number, len(name)] for number, name in enumerate(sorted(KNOWN))]
    print(LinearRegression().fit(rows, range(len(rows))).coef_.tolist())


if __name__ == "__main__":
    main()
