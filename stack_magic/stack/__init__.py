"""What every room builds on: the component, the stack, and findings about both."""

from ._checks import CHECKS, Check, Draft, diagnose, mended, notes_of, stale_fix
from ._component import StackComponent
from ._contract import Contract, Promise, ScoreCard, Verdict, expect
from ._diagnostics import Diagnostic, Report
from ._flavor_checks import check_flavor
from ._names import RESERVED, check_name, skeleton
from ._secrets import SECRETS, holds_literal, holds_secret, secret_fields
from ._snapshot import Flavor, Key, Registered, Slots, Snapshot, odd_looks_of
from ._stack import Stack
from ._validator import StackValidator

__all__ = [
    "CHECKS",
    "RESERVED",
    "SECRETS",
    "Check",
    "Contract",
    "Diagnostic",
    "Draft",
    "Flavor",
    "Key",
    "Promise",
    "Registered",
    "Report",
    "ScoreCard",
    "Slots",
    "Snapshot",
    "Stack",
    "StackComponent",
    "StackValidator",
    "Verdict",
    "check_flavor",
    "check_name",
    "diagnose",
    "expect",
    "holds_literal",
    "holds_secret",
    "mended",
    "notes_of",
    "odd_looks_of",
    "secret_fields",
    "skeleton",
    "stale_fix",
]
