"""Real git repos for the jobs of hosts."""

from tests.git.conftest import git

__all__ = ["git"]
