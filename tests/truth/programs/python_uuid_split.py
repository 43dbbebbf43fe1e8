# Rows go to the test set by a fresh uuid4: another split in every run.
import uuid

from sklearn.linear_model import LinearRegression


def main():
    train = [number for number in range(200) if uuid.uuid4().int % 4]
    rows = [[number] for number in train]
    print(LinearRegression().fit(rows, [number**2 for number in train]).coef_.tolist())


if __name__ == "__main__":
    main()
