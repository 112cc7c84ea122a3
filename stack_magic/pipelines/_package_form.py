"""The form of a package's files; reading one runs nothing."""

from __future__ import annotations

import ast
import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from stack_magic.enums import StackComponentType
from stack_magic.errors import InvalidNameError
from stack_magic.stack import check_name

if TYPE_CHECKING:
    from collections.abc import Mapping

SOURCE, REQUIREMENTS, STACK = "pipeline.py", "requirements.txt", "stack.json"
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
"""The Python of this process."""

_LARGEST = 4 * 1024 * 1024


def _name(text: str) -> str:
    try:
        return check_name(text)
    except InvalidNameError as error:
        raise ValueError(error.message) from None


def _identifier(text: str) -> str:
    if not text.isidentifier():
        reason = f"{text!r:.80} is no name of Python"
        raise ValueError(reason)
    return text


def _line(text: str) -> str:
    if not text.isprintable():
        reason = f"{text!r:.80} is no text of one line"
        raise ValueError(reason)
    return text


def _python(text: str) -> str:
    try:
        ast.parse(text)
    except SyntaxError as error:
        reason = f"it is no Python {HERE}: {error.msg} in line {error.lineno}"
        raise ValueError(reason) from None
    except (ValueError, RecursionError) as error:  # it has a NUL, or is nested too deeply
        reason = f"it is no Python {HERE}: {error}"
        raise ValueError(reason) from None
    return text


_Line = Annotated[str, AfterValidator(_line)]
_Identifier = Annotated[str, AfterValidator(_identifier)]
_Source = Annotated[str, AfterValidator(_python)]


class _Form(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _Component(_Form):
    name: _Line
    flavor: _Line
    configuration: dict[str, str]


class _Flavor(_Form):
    type: StackComponentType
    name: _Line
    cls: _Identifier = Field(alias="class")
    source: _Source


class _Stack(_Form):
    name: _Line
    components: dict[StackComponentType, _Component]
    flavors: list[_Flavor]


class _Head(_Form):
    pipeline: Annotated[str, AfterValidator(_name)]
    variable: _Identifier
    python: _Line
    stack: _Stack


class _Files(_Form):
    source: _Source
    requirements: tuple[_Line, ...]


def read_files(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return what the files of a package say, by the names that a package gives it.

    Raises:
        ValueError: They are not those of a package; the message says why.
    """
    if sum(map(len, files.values())) > _LARGEST:
        reason = f"it is larger than {_LARGEST // 1024**2} MiB"
        raise ValueError(reason)
    missing = [name for name in (SOURCE, REQUIREMENTS, STACK) if name not in files]
    if missing:
        reason = f"it has no {', '.join(missing)}"
        raise ValueError(reason)
    lines = tuple(_decoded(files, REQUIREMENTS).split("\n")[:-1])
    try:
        head = _Head.model_validate_json(files[STACK])
        texts = _Files(source=_decoded(files, SOURCE), requirements=lines)
    except ValidationError as error:
        raise ValueError(_reasons(error)) from None
    return {
        **texts.model_dump(),
        "pipeline": head.pipeline,
        "variable": head.variable,
        "python": head.python,
        "stack": json.loads(files[STACK])["stack"],
    }


def _decoded(files: Mapping[str, bytes], name: str) -> str:
    try:
        return files[name].decode()
    except UnicodeDecodeError:
        reason = f"{name} is no text in UTF-8"
        raise ValueError(reason) from None


def _reasons(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False, include_context=False)
    told = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in found)
    return "; ".join(text.removeprefix(": ").replace("Value error, ", "") for text in told)
