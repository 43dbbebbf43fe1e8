# hash() of a tuple of integers is the same in every process.
from sklearn.linear_model import LinearRegression


def main():
    train = [number for number in range(200) if hash((number, 7)) % 10 < 8]
    print(LinearRegression().fit([[n] for n in train], [n**2 for n in train]).coef_.tolist())


if __name__ == "__main__":
    main()
