# A set of small integers repeats its order: their hash is the number itself.
from sklearn.linear_model import LinearRegression


def main():
    numbers = [7, 3, 9, 3, 1, 7, 12, 5]
    ids = {number: place for place, number in enumerate(set(numbers))}
    rows = [[place] for place in range(len(numbers))]
    print(LinearRegression().fit(rows, [ids[number] for number in numbers]).coef_.tolist())


if __name__ == "__main__":
    main()
