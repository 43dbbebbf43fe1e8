import argparse

from sklearn.linear_model import LogisticRegression

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--penalty", type=float, default=1.0)
    args = parser.parse_args()
    model = LogisticRegression(C=args.penalty)
    model.fit([[0], [1]], [0, 1])
    print("accuracy:", model.score([[0], [1]], [0, 1]))
