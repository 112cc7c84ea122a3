"""The field types of pydantic's documentation, each with a value as JSON.

Rows: the annotation, a text that is typed for it, and the value that it stands for, or
`REFUSED` where the class cannot be registered.
"""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import ipaddress
import os
import pathlib
import re
import uuid
from collections.abc import (
    AsyncIterable,
    Awaitable,
    Callable,
    Collection,
    Container,
    Generator,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    MutableSequence,
    Sequence,
)
from collections.abc import Set as AbstractSet
from typing import Annotated, Any, Literal, NamedTuple, NewType, TypeVar

import annotated_types
import pydantic as p
from pydantic import Field
from typing_extensions import TypeAliasType, TypedDict

REFUSED = object()
ANYTHING = object()


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Word(enum.StrEnum):
    ONE = "one"


class Point(p.BaseModel):
    x: int
    y: int = 0


class Cat(p.BaseModel):
    kind: Literal["cat"]


class Dog(p.BaseModel):
    kind: Literal["dog"]


class Pair(NamedTuple):
    first: int
    second: str


class Options(TypedDict):
    depth: int


class Client:
    pass


@dataclasses.dataclass
class Plain:
    a: int


UserId = NewType("UserId", int)
Label = NewType("Label", str)
Labels = NewType("Labels", list[str])
T = TypeVar("T")
Numbers = TypeAliasType("Numbers", list[int])
Several = TypeAliasType("Several", list[T], type_params=(T,))
NumberOrNone = TypeAliasType("NumberOrNone", int | None)

ROWS: list[tuple[str, Any, str, Any]] = [
    # scalars
    ("bool", bool, "true", True),
    ("int", int, "3", 3),
    ("float", float, "1.5", 1.5),
    ("str", str, "a b", "a b"),
    ("bytes", bytes, "ab", b"ab"),
    ("None", None, "null", None),
    ("Any", Any, "a", "a"),
    ("object", object, "a", "a"),
    ("Hashable", Hashable, "a", "a"),
    ("complex", complex, "1+2j", 1 + 2j),
    ("Decimal", decimal.Decimal, "1.10", decimal.Decimal("1.10")),
    ("Fraction", fractions.Fraction, "1/3", fractions.Fraction(1, 3)),
    ("Enum", Colour, "red", Colour.RED),
    ("IntEnum", Level, "2", Level.HIGH),
    ("StrEnum", Word, "one", Word.ONE),
    ("Literal", Literal["a", "b"], "b", "b"),
    ("Literal of numbers", Literal[1, 2], "2", 2),
    ("Literal or None", Literal["a"] | None, "null", None),
    ("date", dt.date, "2026-01-02", dt.date(2026, 1, 2)),
    ("time", dt.time, "10:11:12", dt.time(10, 11, 12)),
    ("datetime", dt.datetime, "2026-01-02T03:04:05", ANYTHING),
    ("timedelta", dt.timedelta, "P1DT2H", dt.timedelta(days=1, hours=2)),
    ("AwareDatetime", p.AwareDatetime, "2026-01-02T03:04:05+00:00", ANYTHING),
    ("NaiveDatetime", p.NaiveDatetime, "2026-01-02T03:04:05", ANYTHING),
    ("PastDate", p.PastDate, "2020-01-02", dt.date(2020, 1, 2)),
    ("FutureDate", p.FutureDate, "2999-01-02", dt.date(2999, 1, 2)),
    ("PastDatetime", p.PastDatetime, "2020-01-02T00:00:00", ANYTHING),
    ("FutureDatetime", p.FutureDatetime, "2999-01-02T00:00:00", ANYTHING),
    ("UUID", uuid.UUID, str(uuid.UUID(int=4, version=4)), uuid.UUID(int=4, version=4)),
    ("UUID4", p.UUID4, str(uuid.UUID(int=4, version=4)), uuid.UUID(int=4, version=4)),
    ("UUID1", p.UUID1, str(uuid.UUID(int=4, version=1)), uuid.UUID(int=4, version=1)),
    ("Path", pathlib.Path, "a/b", pathlib.Path("a/b")),
    ("Path like JSON", pathlib.Path, "[1]", pathlib.Path("[1]")),
    ("PurePosixPath", pathlib.PurePosixPath, "a/b", pathlib.PurePosixPath("a/b")),
    ("PathLike", os.PathLike, "a/b", pathlib.PurePath("a/b")),
    ("FilePath", p.FilePath, __file__, pathlib.Path(__file__)),
    ("DirectoryPath", p.DirectoryPath, "/", pathlib.Path("/")),
    ("NewPath", p.NewPath, "/nowhere", pathlib.Path("/nowhere")),
    ("Pattern", re.Pattern, "[1]", re.compile("[1]")),
    ("Pattern of text", re.Pattern[str], "a+", re.compile("a+")),
    ("IPv4Address", ipaddress.IPv4Address, "127.0.0.1", ipaddress.ip_address("127.0.0.1")),
    ("IPv6Address", ipaddress.IPv6Address, "::1", ipaddress.ip_address("::1")),
    ("IPv4Network", ipaddress.IPv4Network, "10.0.0.0/8", ipaddress.ip_network("10.0.0.0/8")),
    ("IPv6Network", ipaddress.IPv6Network, "fe80::/64", ipaddress.ip_network("fe80::/64")),
    ("IPv4Interface", ipaddress.IPv4Interface, "10.0.0.1/8", ANYTHING),
    ("IPv6Interface", ipaddress.IPv6Interface, "fe80::1/64", ANYTHING),
    ("IPvAnyAddress", p.IPvAnyAddress, "::1", ipaddress.ip_address("::1")),
    ("IPvAnyNetwork", p.IPvAnyNetwork, "10.0.0.0/8", ipaddress.ip_network("10.0.0.0/8")),
    ("IPvAnyInterface", p.IPvAnyInterface, "10.0.0.1/8", ANYTHING),
    # network
    ("AnyUrl", p.AnyUrl, "ftp://a/b", p.AnyUrl("ftp://a/b")),
    ("AnyHttpUrl", p.AnyHttpUrl, "http://a/b", p.AnyHttpUrl("http://a/b")),
    ("HttpUrl", p.HttpUrl, "https://a.example/b", p.HttpUrl("https://a.example/b")),
    ("FileUrl", p.FileUrl, "file:///a", p.FileUrl("file:///a")),
    ("FtpUrl", p.FtpUrl, "ftp://a/b", p.FtpUrl("ftp://a/b")),
    ("WebsocketUrl", p.WebsocketUrl, "ws://a/b", p.WebsocketUrl("ws://a/b")),
    ("AnyWebsocketUrl", p.AnyWebsocketUrl, "ws://a/b", p.AnyWebsocketUrl("ws://a/b")),
    ("PostgresDsn", p.PostgresDsn, "postgres://a/b", p.PostgresDsn("postgres://a/b")),
    ("MySQLDsn", p.MySQLDsn, "mysql://a/b", p.MySQLDsn("mysql://a/b")),
    ("MariaDBDsn", p.MariaDBDsn, "mariadb://a/b", p.MariaDBDsn("mariadb://a/b")),
    ("RedisDsn", p.RedisDsn, "redis://a/1", p.RedisDsn("redis://a/1")),
    ("MongoDsn", p.MongoDsn, "mongodb://a/b", p.MongoDsn("mongodb://a/b")),
    ("AmqpDsn", p.AmqpDsn, "amqp://a/b", p.AmqpDsn("amqp://a/b")),
    ("KafkaDsn", p.KafkaDsn, "kafka://a/b", p.KafkaDsn("kafka://a/b")),
    ("NatsDsn", p.NatsDsn, "nats://a/b", p.NatsDsn("nats://a/b")),
    ("CockroachDsn", p.CockroachDsn, "cockroachdb://a/b", p.CockroachDsn("cockroachdb://a/b")),
    ("ClickHouseDsn", p.ClickHouseDsn, "clickhouse://a/b", p.ClickHouseDsn("clickhouse://a/b")),
    ("SnowflakeDsn", p.SnowflakeDsn, "snowflake://a@b/c", p.SnowflakeDsn("snowflake://a@b/c")),
    # numbers and texts with bounds
    ("PositiveInt", p.PositiveInt, "3", 3),
    ("NegativeInt", p.NegativeInt, "-3", -3),
    ("NonNegativeInt", p.NonNegativeInt, "0", 0),
    ("NonPositiveInt", p.NonPositiveInt, "0", 0),
    ("PositiveFloat", p.PositiveFloat, "0.5", 0.5),
    ("NegativeFloat", p.NegativeFloat, "-0.5", -0.5),
    ("NonNegativeFloat", p.NonNegativeFloat, "0", 0.0),
    ("NonPositiveFloat", p.NonPositiveFloat, "0", 0.0),
    ("FiniteFloat", p.FiniteFloat, "0.5", 0.5),
    ("AllowInfNan", Annotated[float, p.AllowInfNan(False)], "0.5", 0.5),
    ("conint", p.conint(gt=1), "3", 3),
    ("confloat", p.confloat(gt=1), "3.5", 3.5),
    ("condecimal", p.condecimal(gt=decimal.Decimal(1)), "3.5", decimal.Decimal("3.5")),
    ("constr", p.constr(min_length=1), "a", "a"),
    ("conbytes", p.conbytes(min_length=1), "a", b"a"),
    ("conlist", p.conlist(int, min_length=1), "[1]", [1]),
    ("conset", p.conset(int, min_length=1), "[1]", {1}),
    ("confrozenset", p.confrozenset(int, min_length=1), "[1]", frozenset({1})),
    ("condate", p.condate(gt=dt.date(2000, 1, 1)), "2026-01-02", dt.date(2026, 1, 2)),
    ("StringConstraints", Annotated[str, p.StringConstraints(to_upper=True)], "a", "A"),
    ("MultipleOf", Annotated[int, annotated_types.MultipleOf(2)], "4", 4),
    ("ByteSize", p.ByteSize, "1KB", 1000),
    ("Base64Bytes", p.Base64Bytes, "YWI=", b"ab"),
    ("Base64Str", p.Base64Str, "YWI=", "ab"),
    ("Base64UrlStr", p.Base64UrlStr, "YWI=", "ab"),
    ("Base64UrlBytes", p.Base64UrlBytes, "YWI=", b"ab"),
    # strict
    ("StrictBool", p.StrictBool, "true", True),
    ("StrictInt", p.StrictInt, "3", 3),
    ("StrictFloat", p.StrictFloat, "1.5", 1.5),
    ("StrictStr", p.StrictStr, "a", "a"),
    ("StrictBytes", p.StrictBytes, "ab", b"ab"),
    ("strict date", Annotated[dt.date, p.Strict()], "2026-01-02", ANYTHING),
    ("strict set", Annotated[set[int], p.Strict()], "[1]", {1}),
    ("list of StrictInt", list[p.StrictInt], "[1]", [1]),
    ("StrictInt or None", p.StrictInt | None, "3", 3),
    # collections
    ("list", list, "[1]", [1]),
    ("list of int", list[int], "[1]", [1]),
    ("list of Literal", list[Literal["r", "w"]], '["r"]', ["r"]),
    ("tuple", tuple, "[1]", (1,)),
    ("tuple of two", tuple[int, str], '[1, "a"]', (1, "a")),
    ("tuple of many", tuple[int, ...], "[1, 2]", (1, 2)),
    ("set", set[int], "[1]", {1}),
    ("frozenset", frozenset[int], "[1]", frozenset({1})),
    ("deque", collections.deque[int], "[1]", collections.deque([1])),
    ("dict", dict, '{"a": 1}', {"a": 1}),
    ("dict of int", dict[str, int], '{"a": 1}', {"a": 1}),
    ("dict by int", dict[int, int], '{"1": 2}', {1: 2}),
    ("dict by date", dict[dt.date, int], '{"2026-01-02": 2}', ANYTHING),
    ("OrderedDict", collections.OrderedDict[str, int], '{"a": 1}', {"a": 1}),
    ("defaultdict", collections.defaultdict[str, int], '{"a": 1}', {"a": 1}),
    ("Counter", collections.Counter[str], '{"a": 1}', {"a": 1}),
    ("Iterable", Iterable[str], '["a", "b"]', ["a", "b"]),
    ("Iterator", Iterator[int], "[1]", REFUSED),
    ("Generator", Generator[int, None, None], "[1]", [1]),
    ("Collection", Collection[int], "[1]", REFUSED),
    ("Container", Container[int], "[1]", REFUSED),
    ("Sequence", Sequence[int], "[1]", [1]),
    ("MutableSequence", MutableSequence[int], "[1]", [1]),
    ("Mapping", Mapping[str, str], '{"a": "1"}', {"a": "1"}),
    ("MutableMapping", MutableMapping[str, int], '{"a": 1}', {"a": 1}),
    ("abstract Set", AbstractSet[int], "[1]", {1}),
    ("Iterable or None", Iterable[str] | None, '["a"]', ["a"]),
    ("Sequence or None", Sequence[int] | None, "[1]", [1]),
    ("Mapping or None", Mapping[str, int] | None, '{"a": 1}', {"a": 1}),
    ("deque or None", collections.deque[int] | None, "[1]", collections.deque([1])),
    ("dict of Iterable", dict[str, Iterable[int]], '{"a": [1]}', {"a": [1]}),
    ("NamedTuple", Pair, '[1, "a"]', Pair(1, "a")),
    ("TypedDict", Options, '{"depth": 1}', {"depth": 1}),
    ("dataclass", Plain, '{"a": 1}', Plain(1)),
    ("model", Point, '{"x": 1}', Point(x=1)),
    ("list of models", list[Point], '[{"x": 1}]', [Point(x=1)]),
    # unions, names and aliases
    ("int or text", int | str, "a", "a"),
    ("text or list", str | list[str], "a", "a"),
    (
        "union of models",
        Annotated[Cat | Dog, Field(discriminator="kind")],
        '{"kind": "dog"}',
        Dog(kind="dog"),
    ),
    ("int or None", int | None, "null", None),
    ("NewType", UserId, "3", 3),
    ("NewType of text", Label, "[1]", "[1]"),
    ("NewType of list", Labels, '["a"]', ["a"]),
    ("NewType or None", UserId | None, "3", 3),
    ("alias", Numbers, "[1]", [1]),
    ("alias with parameter", Several[int], "[1]", [1]),
    ("alias of a union", NumberOrNone, "null", None),
    ("alias or None", Numbers | None, "[1]", [1]),
    ("Annotated inside", list[Annotated[int, Field(gt=0)]], "[1]", [1]),
    # documents
    ("Json", p.Json, "[1]", [1]),
    ("Json of list", p.Json[list[int]], "[1]", [1]),
    ("Json or None", p.Json[list[int]] | None, "[1]", [1]),
    ("JsonValue", p.JsonValue, "a", "a"),
    ("ImportString", p.ImportString, "math.pi", ANYTHING),
    ("ImportString of function", p.ImportString, "math.cos", ANYTHING),
    # no JSON at all
    ("Callable", Callable[[int], int], "", REFUSED),
    ("Callable or None", Callable[[], None] | None, "", REFUSED),
    ("type", type, "", REFUSED),
    ("type of int", type[int], "", REFUSED),
    ("InstanceOf", p.InstanceOf[Plain], "", REFUSED),
    ("a class of the user's", Client, "", REFUSED),
    ("such a class or None", Client | None, "", REFUSED),
    ("Awaitable", Awaitable[int], "", REFUSED),
    ("AsyncIterable", AsyncIterable[int], "", REFUSED),
    ("Match", re.Match, "", REFUSED),
]
