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
from ._deployer_commands import (
    DeleteModelServer,
    DeployModel,
    DescribeModelServer,
    ListModelServers,
    ModelServerLogs,
    StartModelServer,
    StopModelServer,
)
from ._flavor_commands import (
    DeleteFlavor,
    DescribeFlavor,
    ListFlavors,
    RegisterDefined,
    RegisterFlavor,
)
from ._package_commands import SCHEME, DescribePackage, PackagePipeline, RunPackage
from ._pipeline_commands import (
    DescribeRun,
    ListPipelines,
    ListRuns,
    RunPipeline,
    ShowHelp,
)
from ._progress import Note, Progress
from ._references import Reference, parse_variable
from ._registry import Registry
from ._rooms import contract_of
from ._secret_commands import DeleteSecret, GetSecret, ListSecrets, RegisterSecret, UpdateSecret
from ._secret_keeper import secrets_manager_of
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
from ._stack_queries import DescribeStack, GetStack, ListStacks, RegisterSecrets, ValidateStack
from ._state_commands import ComponentDown, ComponentLogs, ComponentUp, StackDown, StackUp
from ._tracker_commands import CompareRuns
from ._update_commands import RemoveAttributes, UpdateComponent

__all__ = [
    "SCHEME",
    "ActivateStack",
    "Answer",
    "Bare",
    "Change",
    "CheckComponent",
    "Command",
    "CompareRuns",
    "ComponentDown",
    "ComponentLogs",
    "ComponentUp",
    "CopyComponent",
    "CopyStack",
    "DeleteComponent",
    "DeleteFlavor",
    "DeleteModelServer",
    "DeleteSecret",
    "DeleteStack",
    "DeployModel",
    "DescribeComponent",
    "DescribeFlavor",
    "DescribeModelServer",
    "DescribePackage",
    "DescribeRun",
    "DescribeStack",
    "ExplainType",
    "GetComponent",
    "GetSecret",
    "GetStack",
    "ListComponents",
    "ListFlavors",
    "ListModelServers",
    "ListPipelines",
    "ListRuns",
    "ListSecrets",
    "ListStacks",
    "ModelServerLogs",
    "Note",
    "PackagePipeline",
    "Progress",
    "Reference",
    "RegisterComponent",
    "RegisterDefined",
    "RegisterFlavor",
    "RegisterSecret",
    "RegisterSecrets",
    "RegisterStack",
    "Registry",
    "RemoveAttributes",
    "RemoveSlots",
    "RenameComponent",
    "RenameStack",
    "RunPackage",
    "RunPipeline",
    "Session",
    "ShowHelp",
    "StackDown",
    "StackUp",
    "StartModelServer",
    "StopModelServer",
    "UpdateComponent",
    "UpdateSecret",
    "UpdateStack",
    "ValidateStack",
    "contract_of",
    "flavor",
    "parse_variable",
    "secrets_manager_of",
    "session",
]
