"""What every artifact store promises."""

from __future__ import annotations

from stack_magic.stack import Contract

from ._contract_files import OF_FILES
from ._contract_places import OF_PLACES

CONTRACT = Contract((*OF_FILES, *OF_PLACES))
