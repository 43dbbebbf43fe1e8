"""Which files a client is asked to watch: those whose name a reader knows.

Promises: the list follows the readers. Refuses to know: how a client watches.
"""

from __future__ import annotations

from driftlint.documents import KNOWN_ENDINGS, KNOWN_NAMES

WATCHED = (
    "**/*.{" + ",".join(sorted(KNOWN_ENDINGS)) + "}",
    "**/*{requirements,constraints}*{.txt,.in}",
    "**/{Dockerfile,dockerfile,Containerfile,containerfile,Makefile}*",
    "**/{" + ",".join(sorted(KNOWN_NAMES)) + "}",
    "**/{README*,.gitignore,.env*}",
)
"""Glob patterns as the protocol defines them."""
