"""driftlint tells an ML team what in their training repo will not be the same tomorrow."""

__version__ = "0.1.0"
