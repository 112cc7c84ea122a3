"""What there is to choose from: the ten types, built-in flavors, flavors of packages."""

from ._entry_points import GROUP
from ._start import DEFAULT, first_snapshot
from ._types import base_of, contract_of, explanation_of, package_of

__all__ = [
    "DEFAULT",
    "GROUP",
    "base_of",
    "contract_of",
    "explanation_of",
    "first_snapshot",
    "package_of",
]
