"""What is asked of a model server over HTTP."""

from __future__ import annotations

import socket
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from stack_magic.errors import FlavorFailedError, InvalidConfigurationError

from ._json import from_json, to_json
from ._tables import request_of

if TYPE_CHECKING:
    from pydantic import SecretStr

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_UNAUTHORIZED = HTTPStatus.UNAUTHORIZED
_MOST = 500
"""Characters of a server's complaint that are shown."""


def is_loopback(url: str) -> bool:
    """Whether *url* leads to this machine."""
    return urlsplit(url).hostname in _LOOPBACK


def ask(url: str, name: str, inputs: Any, token: SecretStr | None, timeout: float) -> Any:
    """Return the outputs that the server of the model *name* answers for *inputs*.

    The request is `{"inputs": ...}`, of a data frame `{"dataframe_split": ...}`; the answer
    is `{"outputs": ...}`.

    Raises:
        InvalidConfigurationError: JSON has no such inputs.
        FlavorFailedError: It did not answer so; the message says what it did.
    """
    try:
        body = to_json(request_of(inputs))
    except (TypeError, ValueError) as error:
        message = f"the inputs for model {name!r} do not fit into JSON: {error}"
        raise InvalidConfigurationError(message, hint="give lists, texts and numbers") from None
    answer = _posted(url, name, body, token, timeout)
    if isinstance(answer, _Refusal):
        raise FlavorFailedError(answer.message, hint=answer.hint)
    return answer


class _Refusal(NamedTuple):
    """Why there is no answer: returned, since the frames of a request hold the token."""

    message: str
    hint: str


def _posted(url: str, name: str, body: bytes, token: SecretStr | None, timeout: float) -> Any:
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token.get_secret_value()}"
    request = Request(url, body, headers, method="POST")  # noqa: S310 - a server's own url
    log = f"%model_deployer logs {name}"
    try:
        with _opener(url).open(request, timeout=timeout) as response:
            return from_json(response.read())["outputs"]
    except HTTPError as error:
        with error:
            hint = f"%model_deployer describe {name}" if error.code == _UNAUTHORIZED else log
            return _Refusal(f"model {name!r}: {_complaint(error)}", hint)
    except (HTTPException, OSError) as error:
        message = f"the server of model {name!r} does not answer at {url}: {_reason(error)}"
        return _Refusal(message, f"%model_deployer describe {name}")
    except (KeyError, TypeError, ValueError):
        message = f"the server of model {name!r} answered something else than outputs in JSON"
        return _Refusal(message, log)


def answered(url: str, timeout: float) -> Any:
    """Return what *url* of this machine answers in JSON, or None if it does not."""
    try:
        with _opener(url).open(url, timeout=timeout) as response:
            return from_json(response.read())
    except (HTTPException, OSError, ValueError):
        return None


class _NoRedirect(HTTPRedirectHandler):
    """A redirect is an error: the token goes nowhere else."""

    def redirect_request(  # noqa: PLR0913, PLR0917 - the library's call
        self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: Any
    ) -> None:
        return None


def _opener(url: str) -> OpenerDirector:
    # A proxy of the environment has no business with this machine's own servers.
    direct = [ProxyHandler({})] if is_loopback(url) else []
    return build_opener(_NoRedirect, *direct)


def _complaint(error: HTTPError) -> str:
    status = f"HTTP {error.code} {HTTPStatus(error.code).phrase}"
    try:
        said = str(from_json(error.read())["error"])
    except (KeyError, TypeError, ValueError, HTTPException, OSError):
        return f"the server answered {status}"
    return f"{said[:_MOST]} ({status})"


def _reason(error: Exception) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError | socket.timeout):
        return "it took too long"
    text = reason.strerror if isinstance(reason, OSError) else None
    return (text or str(reason) or type(reason).__name__).lower()
