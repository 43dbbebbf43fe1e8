"""Resolve expressions to values, in and across files, with the trail that was walked.

`resolver` holds the walk over expressions and names, `attributes` what an attribute or key of a value is, `called` what a
call gives, `parameters` where a function's arguments come from, `guards` which values a condition lets through.
"""

from driftlint.resolve.resolver import Resolver

__all__ = ["Resolver"]
