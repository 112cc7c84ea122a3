"""What a step asks of this machine: refused when it is not there, enforced when it is."""

from __future__ import annotations

import math
import os
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from stack_magic.errors import InvalidConfigurationError

if TYPE_CHECKING:
    from ._job import StepJob
    from ._resources import ResourceConfiguration


_TURNS = count()
"""Steps that run side by side are given processors in turn, not the first one each."""


def check_resources(job: StepJob) -> None:
    """Refuse what this machine does not have.

    Raises:
        InvalidConfigurationError: Names all that is missing.
    """
    missing = list(_missing(job.resources))
    if missing:
        message = f"step {job.step!r} asks for {' and '.join(missing)}"
        hint = "ask for less, or use a step operator that has it"
        raise InvalidConfigurationError(message, hint=hint)


def _missing(asked: ResourceConfiguration) -> list[str]:
    missing = []
    processors, gpus = len(_processors()), _gpus()
    memory, there = asked.get_memory("MiB") or 0, _memory_of_machine()
    if (asked.cpu_count or 0) > processors:
        missing.append(f"{asked.cpu_count:g} processors, and this machine has {processors}")
    if (asked.gpu_count or 0) > gpus:
        what = f"{asked.gpu_count} GPU{'s' if asked.gpu_count != 1 else ''}"
        missing.append(f"{what}, and this machine has {gpus or 'none'}")
    if there and memory > there:
        missing.append(f"{asked.memory} of memory, and this machine has {there:.0f}MiB")
    if memory and not hasattr(__import__("resource"), "prlimit"):  # pragma: no cover - macOS
        missing.append("a limit of memory, which this system does not enforce")
    return missing


def enforce(resources: ResourceConfiguration, pid: int) -> None:
    """Put the limits of *resources* on a process that has just begun."""
    memory = resources.get_memory("KiB")
    if memory:
        import resource

        limit = int(memory * 1024)
        # What it has for data: its own memory, without the files that it maps.
        resource.prlimit(pid, resource.RLIMIT_DATA, (limit, limit))
    if resources.cpu_count and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(pid, _in_turn(math.ceil(resources.cpu_count)))


def _in_turn(wanted: int) -> list[int]:
    there = sorted(_processors())
    first = next(_TURNS) * wanted
    return [there[(first + i) % len(there)] for i in range(wanted)]


def variables_of(resources: ResourceConfiguration) -> dict[str, str]:
    """Return the environment that tells libraries what they may use."""
    variables: dict[str, str] = {}
    if resources.cpu_count:
        threads = str(math.ceil(resources.cpu_count))
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        variables |= dict.fromkeys(names, threads)
    if resources.gpu_count:
        variables["CUDA_VISIBLE_DEVICES"] = ",".join(map(str, range(resources.gpu_count)))
    return variables


def _processors() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return set(os.sched_getaffinity(0))
    return set(range(os.cpu_count() or 1))  # pragma: no cover - macOS


def _gpus() -> int:
    return len(list(Path("/dev").glob("nvidia[0-9]*")))


def _memory_of_machine() -> float:
    """Return the machine's memory in MiB, 0 where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**2
    except (ValueError, OSError, AttributeError):  # pragma: no cover - other systems
        return 0
