# Rows are drawn again for the smaller class, without a seed.
import numpy as np
from imblearn.over_sampling import RandomOverSampler
from sklearn.linear_model import LogisticRegression


def main():
    rows = np.linspace(0, 1, 300).reshape(100, 3) ** 2
    labels = (np.arange(100) % 7 == 0).astype(int)
    rows, labels = RandomOverSampler().fit_resample(rows, labels)
    print(LogisticRegression().fit(rows, labels).coef_.tolist())


if __name__ == "__main__":
    main()
