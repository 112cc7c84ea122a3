"""A real kernel for tests: it runs cells, and all that it says is kept."""

from __future__ import annotations

import ast
import json
import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.manager import KernelManager

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_client.blocking.client import BlockingKernelClient

ROOT = Path(__file__).parent.parent
LIMIT = 60.0
"""Seconds that anything may take before the test fails."""

_SHOWING = ("stream", "error", "display_data", "execute_result", "update_display_data")


@dataclass
class Answer:
    """What a kernel said to one request, input echo excluded."""

    reply: dict[str, Any]
    messages: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return bool(self.reply["status"] == "ok") and not self.of("error")

    @property
    def error(self) -> str | None:
        return self.reply.get("ename")

    @property
    def traceback(self) -> list[str]:
        return "\n".join(self.reply.get("traceback", ())).split("\n")

    def of(self, *kinds: str) -> list[dict[str, Any]]:
        return [m["content"] for m in self.messages if m["msg_type"] in kinds]

    def data(self, mime: str) -> list[str]:
        bundles = [c["data"] for c in self.of(*_SHOWING) if "data" in c]
        return [bundle[mime] for bundle in bundles if mime in bundle]

    @property
    def html(self) -> list[str]:
        return self.data("text/html")

    @property
    def shown(self) -> str:
        """Everything that a reader sees, of every output."""
        texts: list[str] = []
        for content in self.of(*_SHOWING):
            texts += [str(content[key]) for key in ("text", "ename", "evalue") if key in content]
            texts += content.get("traceback", ())
            texts += [str(value) for value in content.get("data", {}).values()]
        texts += [json.dumps(page, ensure_ascii=False) for page in self.reply.get("payload", ())]
        return "\n".join(texts)

    @property
    def everything(self) -> str:
        """Every message as it travelled."""
        return json.dumps([self.reply, self.messages], default=str, ensure_ascii=False)


class LiveKernel:
    """A kernel of this interpreter, in a sandbox with a home of its own."""

    def __init__(self, client: BlockingKernelClient, home: Path) -> None:
        self._client = client
        self.home = home
        self.said: list[Answer] = []

    def run(self, cell: str, **options: Any) -> Answer:
        """Run *cell* and return all that the kernel said to it."""
        options.setdefault("allow_stdin", False)
        answer = self._request(self._client.execute(cell, **options))
        self.said.append(answer)
        return answer

    def value(self, expression: str) -> Any:
        """Return the value of a literal-valued expression; no trace of it is left."""
        answer = self._request(
            self._client.execute(
                "", silent=True, user_expressions={"x": expression}, allow_stdin=False
            )
        )
        result = answer.reply["user_expressions"]["x"]
        assert result["status"] == "ok", result
        return ast.literal_eval(result["data"]["text/plain"])

    def side(self, call: str) -> Any:
        """Return what a function of `tests.kernel_side` answers inside the kernel."""
        module = "__import__('tests.kernel_side', fromlist=['tests'])"
        return json.loads(self.value(f"__import__('json').dumps({module}.{call})"))

    def fresh(self, project: Path) -> None:
        """Begin anew in *project*: no variables, no extension, a new session."""
        project.mkdir(parents=True, exist_ok=True)
        self.said.clear()
        self.side(f"fresh({os.fspath(project)!r})")

    def complete(self, code: str, cursor: int | None = None) -> list[str]:
        """Return what Tab offers, each as the line would then read up to the cursor."""
        reply = self._ask(self._client.complete(code, cursor))
        cursor = len(code) if cursor is None else cursor
        assert reply["cursor_end"] == cursor
        return [code[: reply["cursor_start"]] + match for match in reply["matches"]]

    def _ask(self, request: str) -> dict[str, Any]:
        return self._request(request).reply

    def _request(self, request: str) -> Answer:
        begin = time.monotonic()
        reply = self._await(self._client.get_shell_msg, request, begin)
        answer = Answer(reply["content"])
        while True:
            message = self._await(self._client.get_iopub_msg, request, begin)
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                answer.seconds = time.monotonic() - begin
                return answer
            if kind not in {"status", "execute_input"}:
                answer.messages.append({"msg_type": kind, "content": content})

    def _await(self, get: Any, request: str, begin: float) -> dict[str, Any]:
        while True:
            message: dict[str, Any] = get(timeout=max(0.1, begin + LIMIT - time.monotonic()))
            if message["parent_header"].get("msg_id") == request:
                return message


def new_manager() -> KernelManager:
    """Return a manager whose kernel is reached by sockets in a folder of its own.

    Not TCP: kernels that start side by side may be given the same port. The folder's name
    is short, since that of a socket may have a hundred characters only.
    """
    folder = tempfile.mkdtemp(prefix="kernel-")
    return KernelManager(transport="ipc", connection_file=f"{folder}/k.json")


def stop(manager: KernelManager) -> None:
    """Stop the kernel of *manager* and leave nothing of it."""
    manager.shutdown_kernel(now=True)
    manager.cleanup_resources()
    shutil.rmtree(Path(manager.connection_file).parent, ignore_errors=True)


@contextmanager
def live_kernel(sandbox: Path) -> Iterator[LiveKernel]:
    """Start a kernel whose home and working folder are in *sandbox*, and stop it."""
    for name in ("home", "ipython"):
        (sandbox / name).mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "HOME": os.fspath(sandbox / "home"),
        "IPYTHONDIR": os.fspath(sandbox / "ipython"),
        "PYTHONPATH": os.fspath(ROOT),
    }
    manager = new_manager()
    manager.start_kernel(env=environment, cwd=os.fspath(sandbox))
    client: BlockingKernelClient = manager.blocking_client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=LIMIT)
        yield LiveKernel(client, sandbox / "home")
    finally:
        client.stop_channels()
        stop(manager)
