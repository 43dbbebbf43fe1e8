# The validation group is whichever name the set gives up first.
from sklearn.linear_model import SGDRegressor

GROUPS = {"north": 0.1, "south": 0.2, "east": 0.3, "west": 0.4}


def main():
    names = set(GROUPS)
    held_out = names.pop()
    rows = [[value, value**2] for name, value in GROUPS.items() if name != held_out]
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [sum(row) for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
