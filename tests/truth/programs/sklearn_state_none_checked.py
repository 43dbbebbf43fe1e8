# check_random_state(None) is NumPy's global generator, which nothing seeds.
from sklearn.linear_model import Ridge
from sklearn.utils import check_random_state


def make_rows(random_state=None):
    rng = check_random_state(random_state)
    return rng.uniform(size=(40, 3))


def main():
    rows = make_rows()
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
