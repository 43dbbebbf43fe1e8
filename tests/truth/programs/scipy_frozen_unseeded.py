# A frozen distribution of SciPy is drawn from.
from scipy import stats
from sklearn.linear_model import Ridge


def main():
    rows = stats.norm(0, 1).rvs(size=(40, 3))
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
