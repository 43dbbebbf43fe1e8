"""Start the language server over standard input and output, or at a port.

Promises: standard output carries the protocol and nothing else. Refuses to know: what is served.
"""

from __future__ import annotations

import gc
import logging
import sys

from driftlint.cli.common import Settings
from driftlint.server.handlers import register
from driftlint.server.service import Service


def serve(settings: Settings, address: tuple[str, int] | None, verbose: bool) -> bool:
    """Serve one client and return, when it is gone, whether it said goodbye (`shutdown`) as the protocol asks.

    `verbose` writes what is said to standard error.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.INFO if verbose else logging.CRITICAL)
    gc.disable()  # the desk collects when nobody waits
    service = Service(settings)
    register(service)
    protocol, sys.stdout = sys.stdout, sys.stderr  # whatever prints must not write into the protocol
    try:
        if address is None:
            service.start_io(stdout=protocol.buffer)
        else:
            service.start_tcp(*address)
    finally:
        service.desk.close()
    return service.dismissed
