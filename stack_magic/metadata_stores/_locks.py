"""What others have locked in a database: how long a statement waits, and what it then says."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from stack_magic.machine import is_locked as is_locked_file

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LIMITS = {
    "sqlite": "PRAGMA busy_timeout = {milliseconds}",
    "postgresql": "SET LOCAL lock_timeout = {milliseconds}",
    "mysql": "SET SESSION innodb_lock_wait_timeout = {seconds}, lock_wait_timeout = {seconds}",
}
_LIMITS["mariadb"] = _LIMITS["mysql"]
"""The statement that limits the wait, by dialect; another one waits as its driver does."""

_STATES = {"55P03", "40P01", "40001"}
"""SQL states: a lock that was not to be had, a deadlock, a transaction that came too late."""
_NUMBERS = {1205, 1213, 3572}
"""The errors of MySQL that mean the same."""


def limit_wait(connection: Connection, seconds: float) -> None:
    """Let each statement of a transaction wait so long for what others have locked."""
    limit = _LIMITS.get(connection.dialect.name)
    if limit is not None:
        whole = {"milliseconds": math.ceil(seconds * 1000), "seconds": math.ceil(seconds)}
        connection.exec_driver_sql(limit.format(**whole))


def is_locked(error: BaseException) -> bool:
    """Return whether an error, of SQLAlchemy or of a driver, means that others hold a lock."""
    said = getattr(error, "orig", None) or error
    state = getattr(said, "sqlstate", None) or getattr(said, "pgcode", None)
    number = next(iter(getattr(said, "args", ())), None)
    return is_locked_file(said) or state in _STATES or number in _NUMBERS
