# The program starts another one and hands it a seed.
import subprocess
import sys

if __name__ == "__main__":
    subprocess.run([sys.executable, "train.py", "--seed", "3"], check=True)
