"""A fork within a step is no second kernel: it ends where the step ends."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def ends_in_forks() -> Iterator[None]:
    """Run the block; where it is left in another process than it began, that process ends.

    It would go on as this kernel: record the run a second time, and answer the front end.
    """
    process, code = os.getpid(), 0
    try:
        yield
    except BaseException as error:
        if os.getpid() == process:
            raise
        code = 1
        if isinstance(error, SystemExit) and isinstance(error.code, int | None):
            code = error.code or 0
        else:
            traceback.print_exception(error)
    finally:
        if os.getpid() != process:
            for stream in (sys.stdout, sys.stderr):
                with suppress(Exception):  # it may be closed
                    stream.flush()
            os._exit(code)
