"""All rows, by family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import (
    rows_classes,
    rows_closures,
    rows_context,
    rows_decorators,
    rows_defaults,
    rows_files,
    rows_globals,
    rows_helpers,
    rows_modules,
    rows_policies,
    rows_reloads,
    rows_texts,
)

if TYPE_CHECKING:
    from .table import Row

FAMILIES: dict[str, tuple[Row, ...]] = {
    "helper function": rows_helpers.ROWS,
    "class": rows_classes.ROWS,
    "global value": rows_globals.ROWS,
    "closure": rows_closures.ROWS,
    "default": rows_defaults.ROWS,
    "decorator": rows_decorators.ROWS,
    "project module": rows_modules.ROWS,
    "reload": rows_reloads.ROWS,
    "annotation and text": rows_texts.ROWS,
    "context": rows_context.ROWS,
    "file and environment": rows_files.ROWS,
    "policy": rows_policies.ROWS,
}
_ALL = tuple(row for rows in FAMILIES.values() for row in rows)
ROWS: dict[str, Row] = {row.says: row for row in _ALL}
NUMBERS: dict[str, int] = {row.says: number for number, row in enumerate(_ALL, 100)}
"""What makes the names of a row its own."""
