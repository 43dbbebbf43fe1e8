# The keys of two dicts together: `|` of views is a set.
from sklearn.linear_model import SGDRegressor

FIRST = {"age": 0.1, "height": 0.5, "weight": 0.7}
SECOND = {"income": 0.3, "age": 0.9, "rooms": 0.4, "garden": 0.8}


def main():
    rows = []
    for name in FIRST.keys() | SECOND.keys():
        rows.append([FIRST.get(name, 0), SECOND.get(name, 0)])
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [sum(row) for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
