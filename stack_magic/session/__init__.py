"""One kernel's registry and what acts on it."""

from ._answers import Answer, Change
from ._command import Command
from ._component_commands import (
    CopyComponent,
    DeleteComponent,
    RegisterComponent,
    RenameComponent,
)
from ._component_queries import (
    CheckComponent,
    DescribeComponent,
    ExplainType,
    GetComponent,
    ListComponents,
)
from ._configuration import Bare
from ._flavor_commands import (
    DeleteFlavor,
    DescribeFlavor,
    ListFlavors,
    RegisterDefined,
    RegisterFlavor,
)
from ._pipeline_commands import (
    DescribeRun,
    ListPipelines,
    ListRuns,
    RunPipeline,
    ShowHelp,
)
from ._references import Reference, parse_variable
from ._registry import Registry
from ._rooms import contract_of
from ._session import Session, flavor, session
from ._stack_commands import (
    ActivateStack,
    CopyStack,
    DeleteStack,
    RegisterStack,
    RemoveSlots,
    RenameStack,
    UpdateStack,
)
from ._stack_queries import DescribeStack, GetStack, ListStacks, ValidateStack
from ._update_commands import RemoveAttributes, UpdateComponent

__all__ = [
    "ActivateStack",
    "Answer",
    "Bare",
    "Change",
    "CheckComponent",
    "Command",
    "CopyComponent",
    "CopyStack",
    "DeleteComponent",
    "DeleteFlavor",
    "DeleteStack",
    "DescribeComponent",
    "DescribeFlavor",
    "DescribeRun",
    "DescribeStack",
    "ExplainType",
    "GetComponent",
    "GetStack",
    "ListComponents",
    "ListFlavors",
    "ListPipelines",
    "ListRuns",
    "ListStacks",
    "Reference",
    "RegisterComponent",
    "RegisterDefined",
    "RegisterFlavor",
    "RegisterStack",
    "Registry",
    "RemoveAttributes",
    "RemoveSlots",
    "RenameComponent",
    "RenameStack",
    "RunPipeline",
    "Session",
    "ShowHelp",
    "UpdateComponent",
    "UpdateStack",
    "ValidateStack",
    "contract_of",
    "flavor",
    "parse_variable",
    "session",
]
