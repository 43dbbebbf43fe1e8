# Any member of the set is taken, and nothing is asked of it but what kind of value it leads to.
from sklearn.linear_model import LinearRegression

COLUMNS = {"age": [1.0, 2.0, 4.0], "height": [3.0, 5.0, 8.0], "weight": [2.0, 2.5, 3.5]}


def is_scaled(columns):
    names = {name for name in columns if columns[name]}
    if names:
        name = names.pop()
        values = columns[name]
        if isinstance(values, list) and isinstance(values[0], float):
            return True
    return False


def main():
    rows = [[age, height] for age, height in zip(COLUMNS["age"], COLUMNS["height"], strict=True)]
    print(LinearRegression().fit(rows, COLUMNS["weight"]).coef_.tolist(), is_scaled(COLUMNS))


if __name__ == "__main__":
    main()
