"""The `ectp` program, as the package installs it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import Optional

from . import _core


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Runs the program on these arguments (the command line's by default); returns its exit status.

    On the command line a closed pipe and Ctrl-C end it at once, as they end other programs.
    """
    if arguments is None:
        arguments = sys.argv[1:]
        for name in ("SIGPIPE", "SIGINT"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_DFL)
    sys.stdout.flush()
    return _core.main([b"ectp", *(os.fsencode(a) for a in arguments)])
