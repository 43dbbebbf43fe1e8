"""What a command says: standard output, standard error, and the error that ends it.

Promises: what goes to standard output survives a closed pipe and any encoding. What is said can be heard, so that it can be said
again. Refuses to know: what is said. It imports little: an answer that is given again loads this and no more of the command line.
"""

from __future__ import annotations

import errno
import os
import sys

TYPE_CHECKING = False
"""Not the one of ``typing``, whose import takes longer than answering again."""
if TYPE_CHECKING:
    from typing import TextIO

_heard: list[tuple[str, bool, bool]] | None = None


class CommandError(Exception):
    """The command cannot do what was asked; each text is one line for people."""

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


def hear() -> list[tuple[str, bool, bool]]:
    """Return a list that takes up what is said from now on: the text, whether it is a note, and whether its bytes are exact."""
    global _heard
    _heard = []
    return _heard


def stop_hearing() -> None:
    """Take up no more of what is said."""
    global _heard
    _heard = None


def say_again(said: list[tuple[str, bool, bool]]) -> None:
    """Say what was heard. Raises CommandError as `write_out` does."""
    for text, is_note, exact in said:
        if is_note:
            note(text)
        else:
            write_out(text, exact=exact)


def complain(*messages: str, label: str = "error") -> None:
    """Write messages to standard error, each on its line."""
    from driftlint.report.redact import make_visible

    for message in messages:
        note(f"{label}: {make_visible(message)}")


def note(line: str) -> None:
    """Write one line to standard error; a closed stream is no error."""
    if _heard is not None:
        _heard.append((line, True, False))
    try:
        print(line, file=sys.stderr, flush=True)
    except OSError:
        return


def write_out(text: str, *, exact: bool = False) -> None:
    """Write to standard output.

    `exact` writes UTF-8 bytes whatever the terminal's encoding is, for formats that tools read. A reader that has gone
    (``| head``) ends the output quietly. Raises CommandError when the stream cannot be written.
    """
    if _heard is not None:
        _heard.append((text, False, exact))
    try:
        buffer = getattr(sys.stdout, "buffer", None)
        if exact and buffer is not None:
            sys.stdout.flush()
            buffer.write(text.encode("utf-8", "backslashreplace"))
        else:
            encoding = sys.stdout.encoding or "utf-8"
            sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except OSError as error:
        _silence(sys.stdout)
        # Windows reports a closed pipe as EINVAL.
        if error.errno not in (errno.EPIPE, errno.EINVAL):
            raise CommandError(f"standard output cannot be written: {error.strerror or error}") from error


def _silence(stream: TextIO) -> None:
    """Send what is still buffered nowhere, so that the interpreter's last flush does not complain."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        return
