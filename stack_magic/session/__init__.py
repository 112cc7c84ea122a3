"""One kernel's registry and what acts on it."""

from ._answers import Answer, Change
from ._cards import draft_card
from ._command import Command, quoted, typed_text
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
from ._configuration import GIVEN_ELSEWHERE, Bare, written
from ._deployer_commands import (
    DeleteModelServer,
    DeployModel,
    DescribeModelServer,
    ListModelServers,
    ModelServerLogs,
    StartModelServer,
    StopModelServer,
)
from ._expressions import GROUPED
from ._flavor_cards import summary_of
from ._flavor_commands import (
    DeleteFlavor,
    DescribeFlavor,
    ListFlavors,
    RegisterDefined,
    RegisterFlavor,
)
from ._history import ShowHistory
from ._package_commands import SCHEME, DescribePackage, PackagePipeline, RunPackage
from ._pipeline_commands import (
    DescribeRun,
    ExplainRun,
    ListPipelines,
    ListRuns,
    RunPipeline,
    ShowHelp,
)
from ._progress import Note, Progress
from ._references import Reference, parse_reference, resolve
from ._registry import Registry
from ._secret_commands import DeleteSecret, GetSecret, ListSecrets, RegisterSecret, UpdateSecret
from ._secret_keeper import secrets_manager_of
from ._session import Session, flavor, session
from ._stack_commands import RegisterStack, RemoveSlots, UpdateStack
from ._stack_queries import DescribeStack, GetStack, ListStacks, RegisterSecrets, ValidateStack
from ._state_commands import ComponentDown, ComponentLogs, ComponentUp, StackDown, StackUp
from ._tracker_commands import CompareRuns, DiffRuns
from ._trust_commands import CAN_BE_TRUSTED, DistrustComponent, TrustComponent
from ._update_commands import RemoveAttributes, UpdateComponent
from ._variables import literal, parse_variable
from ._view_commands import (
    CancelRun,
    OpenBrowser,
    OpenComposer,
    OpenForm,
    OpenReport,
    OpenRunPanel,
    RunInPanel,
)
from ._whole_stack_commands import ActivateStack, CopyStack, DeleteStack, RenameStack
from ._world import OpenView

__all__ = [
    "CAN_BE_TRUSTED",
    "GIVEN_ELSEWHERE",
    "GROUPED",
    "SCHEME",
    "ActivateStack",
    "Answer",
    "Bare",
    "CancelRun",
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
    "DiffRuns",
    "DistrustComponent",
    "ExplainRun",
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
    "OpenBrowser",
    "OpenComposer",
    "OpenForm",
    "OpenReport",
    "OpenRunPanel",
    "OpenView",
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
    "RunInPanel",
    "RunPackage",
    "RunPipeline",
    "Session",
    "ShowHelp",
    "ShowHistory",
    "StackDown",
    "StackUp",
    "StartModelServer",
    "StopModelServer",
    "TrustComponent",
    "UpdateComponent",
    "UpdateSecret",
    "UpdateStack",
    "ValidateStack",
    "draft_card",
    "flavor",
    "literal",
    "parse_reference",
    "parse_variable",
    "quoted",
    "resolve",
    "secrets_manager_of",
    "session",
    "summary_of",
    "typed_text",
    "written",
]
