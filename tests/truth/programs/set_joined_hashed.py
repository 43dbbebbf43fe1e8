# The seed is a checksum of a text that a set is joined to: the checksum repeats, the text does not.
import hashlib
import random

from sklearn.linear_model import LinearRegression

FEATURES = {"age", "height", "weight", "income", "rooms", "garden"}


def main():
    text = ",".join(FEATURES)
    random.seed(int(hashlib.sha256(text.encode()).hexdigest(), 16))
    rows = [[random.random(), number] for number in range(20)]
    print(LinearRegression().fit(rows, range(20)).coef_.tolist())


if __name__ == "__main__":
    main()
