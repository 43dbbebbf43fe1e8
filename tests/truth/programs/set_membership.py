# A set of strings that is only asked for membership and size.
from sklearn.linear_model import LinearRegression


def main():
    words = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog", "the", "end"]
    seen = set()
    kept = []
    for word in words:
        if word not in seen:
            seen.add(word)
            kept.append(word)
    stop = {"the", "over"}
    rows = [[len(word)] for word in kept if word not in stop]
    print(len(seen), LinearRegression().fit(rows, range(len(rows))).coef_.tolist())


if __name__ == "__main__":
    main()
