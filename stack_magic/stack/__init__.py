"""What every room builds on: the component, the stack, and findings about both."""

from ._checks import CHECKS, Check, Draft, diagnose, mended, notes_of, stale_fix
from ._component import StackComponent
from ._context import StepContext, current_step, get_step_context, in_step
from ._contract import Contract, Promise, ScoreCard, Verdict, expect, expect_raises
from ._described_values import Description, as_json, described
from ._diagnostics import Diagnostic, Report
from ._flavor import Flavor, Key, LazyFlavor
from ._flavor_checks import check_flavor
from ._lifecycle import State, bring_up, can_be_stopped, is_up, state_of, take_down
from ._names import RESERVED, check_name, refuse_no_text, skeleton
from ._probes import probe
from ._resolving import MADE_IN, resolved, secret_references
from ._snapshot import Registered, Slots, Snapshot, odd_looks_of
from ._stack import Stack
from ._validator import StackValidator
from ._zenml_classes import advice_on_parts, refusing_parts

__all__ = [
    "CHECKS",
    "MADE_IN",
    "RESERVED",
    "Check",
    "Contract",
    "Description",
    "Diagnostic",
    "Draft",
    "Flavor",
    "Key",
    "LazyFlavor",
    "Promise",
    "Registered",
    "Report",
    "ScoreCard",
    "Slots",
    "Snapshot",
    "Stack",
    "StackComponent",
    "StackValidator",
    "State",
    "StepContext",
    "Verdict",
    "advice_on_parts",
    "as_json",
    "bring_up",
    "can_be_stopped",
    "check_flavor",
    "check_name",
    "current_step",
    "described",
    "diagnose",
    "expect",
    "expect_raises",
    "get_step_context",
    "in_step",
    "is_up",
    "mended",
    "notes_of",
    "odd_looks_of",
    "probe",
    "refuse_no_text",
    "refusing_parts",
    "resolved",
    "secret_references",
    "skeleton",
    "stale_fix",
    "state_of",
    "take_down",
]
