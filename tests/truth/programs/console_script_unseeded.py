# The program is started as an installed command would start it, and nothing on its way seeds.
import sys

from mill.cli import main

if __name__ == "__main__":
    sys.exit(main())
