"""The tables of the local feature store, version by version.

What users name is data in them, never a name of SQL.
"""

from __future__ import annotations

_FIRST = """
CREATE TABLE IF NOT EXISTS views (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, entities TEXT NOT NULL,
    features TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS history (
    view INTEGER NOT NULL, entity TEXT NOT NULL, time INTEGER NOT NULL, data TEXT NOT NULL,
    UNIQUE (view, entity, time));
CREATE TABLE IF NOT EXISTS online (
    view INTEGER NOT NULL, entity TEXT NOT NULL, time INTEGER NOT NULL, data TEXT NOT NULL,
    UNIQUE (view, entity))
"""
"""A view's `data` is a list in the order of its `features`, which only grow at the end."""

_SECOND = """
ALTER TABLE history RENAME TO former_history;
CREATE TABLE history (
    view INTEGER NOT NULL, entity TEXT NOT NULL, time INTEGER NOT NULL,
    nanoseconds INTEGER NOT NULL, data TEXT NOT NULL,
    UNIQUE (view, entity, time, nanoseconds));
INSERT INTO history (view, entity, time, nanoseconds, data)
    SELECT view, entity, time, 0, data FROM former_history ORDER BY rowid;
DROP TABLE former_history;
ALTER TABLE online ADD COLUMN nanoseconds INTEGER NOT NULL DEFAULT 0;
CREATE TABLE entity_kinds (
    view INTEGER NOT NULL, part INTEGER NOT NULL, kind TEXT NOT NULL,
    UNIQUE (view, part, kind));
INSERT INTO entity_kinds (view, part, kind)
    SELECT DISTINCT view, key, CASE type WHEN 'text' THEN 'text' ELSE 'number' END
    FROM (SELECT DISTINCT view, CASE WHEN json_valid(entity) THEN entity
        ELSE replace(entity, 'Infinity', '0') END AS parts FROM history), json_each(parts)
"""
"""`time` is in microseconds, and `nanoseconds` are what is beyond: 64 bits of nanoseconds
would begin in 1677 and end in 2262. `entity_kinds` are those of a view's entity columns, `text`
or `number`; `part` counts the columns in the order of their names. (JSON has no Infinity.)"""

MIGRATIONS = (_FIRST, _SECOND)
