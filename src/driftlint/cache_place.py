"""Where driftlint keeps what it may forget.

Promises: one folder for all that is kept between runs, by the rules of the platform; nothing is made or read here. Refuses to
know: what lies in it. It imports no more than ``os``: an answer that is given again is looked up here first.
"""

from __future__ import annotations

import os
import sys


def find_cache_folder() -> str:
    """Return the user's cache folder for driftlint, absolute; it need not exist yet.

    ``DRIFTLINT_CACHE_DIR`` wins, then ``XDG_CACHE_HOME`` (absolute paths only, as the XDG base directory
    specification 0.8 asks), then the platform's own place.
    """
    if own := os.environ.get("DRIFTLINT_CACHE_DIR"):
        return os.path.abspath(os.path.expanduser(own))
    shared = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(shared):
        return os.path.join(shared, "driftlint")
    if sys.platform == "win32" and (local := os.environ.get("LOCALAPPDATA")):
        return os.path.join(local, "driftlint", "Cache")
    home = os.path.expanduser("~")
    if not os.path.isabs(home):
        # No home folder (a container with an unknown user id).
        import tempfile

        return os.path.join(tempfile.gettempdir(), f"driftlint-{getattr(os, 'getuid', int)()}")
    return os.path.join(home, "Library/Caches" if sys.platform == "darwin" else ".cache", "driftlint")
