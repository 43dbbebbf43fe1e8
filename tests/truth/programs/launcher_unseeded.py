# The program seeds itself and starts another one, in which nothing is seeded.
import subprocess
import sys

import numpy as np

if __name__ == "__main__":
    np.random.seed(0)
    subprocess.run([sys.executable, "train.py"], check=True)
