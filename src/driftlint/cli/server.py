"""``driftlint server``: start the language server.

Promises: what it needs is imported here and nowhere before. Refuses to know: typer, the protocol.
"""

from __future__ import annotations

from driftlint.cli.common import CLEAN, FOUND, Settings
from driftlint.cli.streams import CommandError

LOOPBACK = "127.0.0.1"


def run_server(stdio: bool, tcp: str | None, settings: Settings, verbose: bool) -> int:
    """Serve one client until it is done."""
    if stdio and tcp is not None:
        raise CommandError("--stdio and --tcp exclude each other")
    address = parse_address(tcp) if tcp is not None else None
    try:
        from driftlint.server.start import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise CommandError("the language server needs its extra: pip install 'driftlint[server]'") from error
    return CLEAN if serve(settings, address, verbose) else FOUND


def parse_address(text: str) -> tuple[str, int]:
    """Return host and port of ``[HOST:]PORT``. Raises CommandError."""
    host, _, port = text.rpartition(":")
    if not port.isdigit() or not 0 <= int(port) <= 65535:
        raise CommandError(f"--tcp {text}: write a port, as in 127.0.0.1:8765")
    return host.strip("[]") or LOOPBACK, int(port)
