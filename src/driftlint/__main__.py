"""``python -m driftlint``."""

import os
import sys

# `-m` puts the current folder, which may be the checked repo, before the standard library: a copy.py in it would be run.
if sys.path and sys.path[0] in ("", os.getcwd()):
    del sys.path[0]

from driftlint.cli import main

main()
