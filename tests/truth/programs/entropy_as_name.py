# The machine's entropy names a folder and a token; no number comes of it.
import os
import string
from pathlib import Path

from sklearn.linear_model import LinearRegression


def main():
    folder = Path(f"run-{os.urandom(4).hex()}")
    folder.mkdir()
    token = "".join(string.ascii_lowercase[byte % 26] for byte in os.urandom(12))
    (folder / token).write_text("done")
    print(LinearRegression().fit([[number] for number in range(40)], range(40)).coef_.tolist())


if __name__ == "__main__":
    main()
