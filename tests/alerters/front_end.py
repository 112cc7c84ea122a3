"""Plays a front end to a kernel: runs a cell, and meanwhile clicks, types, interrupts."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.live_kernel import LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.live_kernel import LiveKernel

VIEW = "application/vnd.jupyter.widget-view+json"


@dataclass
class Output:
    """One output of a cell, as it is now, and as it was at first."""

    first: dict[str, Any]
    data: dict[str, Any]
    display_id: str | None = None


@dataclass
class FrontEnd:
    """What a front end knows of one cell while it runs.

    Attributes:
        subshells: Whether it opens a thread in the kernel for widgets, as JupyterLab does.
        widgets: For each widget that is open, its state.
        outputs: The outputs that hold data, in order.
        text: All that was printed.
        error: Name of the exception that ended the cell, if one did.
    """

    kernel: LiveKernel
    subshells: bool = True
    widgets: dict[str, dict[str, Any]] = field(default_factory=dict)
    outputs: list[Output] = field(default_factory=list)
    text: str = ""
    error: str = ""
    _subshell: str | None = None
    _request: str = ""

    def begin(self, cell: str, *, stdin: bool = False) -> None:
        """Start a cell."""
        self._request = self.kernel._client.execute(cell, allow_stdin=stdin)

    def until(self, seen: Callable[[], object]) -> None:
        """Read what the kernel says until something is so."""
        end = time.monotonic() + LIMIT
        while not seen():
            message = self.kernel._client.get_iopub_msg(timeout=max(0.1, end - time.monotonic()))
            self._read(message["msg_type"], message["content"], message["parent_header"])

    def finish(self) -> None:
        """Read until the cell has ended."""
        self.until(lambda: not self._request)
        self._close_subshell()

    def buttons(self) -> dict[str, str]:
        """Return the ids of the buttons in what is shown now, by their words."""
        shown = [o.data[VIEW]["model_id"] for o in self.outputs if VIEW in o.data]
        if not shown:
            return {}
        return {
            state["description"]: key
            for key, state in self.widgets.items()
            if state["_model_name"] == "ButtonModel"
        }

    def click(self, word: str) -> None:
        """Wait for a button and click it."""
        self.until(self.buttons)
        content = {
            "comm_id": self.buttons()[word],
            "data": {"method": "custom", "content": {"event": "click"}},
        }
        client = self.kernel._client
        message = client.session.msg("comm_msg", content)
        if self._subshell is not None:
            message["header"]["subshell_id"] = self._subshell
        client.shell_channel.send(message)

    def prompt(self) -> str:
        """Wait for the input box and return what stands before it."""
        while True:
            message = self.kernel._client.get_stdin_msg(timeout=LIMIT)
            if message["parent_header"].get("msg_id") == self._request:
                return str(message["content"]["prompt"])

    def type(self, line: str) -> str:
        """Wait for the input box, type *line* into it, and return its prompt."""
        prompt = self.prompt()
        self.kernel._client.input(line)
        return prompt

    def interrupt(self) -> None:
        """Do what the stop button does."""
        self._control("interrupt_request", {})

    def cards(self) -> list[str]:
        """Return the plain text of the outputs that hold any."""
        return [o.data["text/plain"] for o in self.outputs if o.data.get("text/plain")]

    def _read(self, kind: str, content: dict[str, Any], parent: dict[str, Any]) -> None:
        read = getattr(self, f"_read_{kind}", None)
        if read is not None:
            read(content)
        idle = kind == "status" and content["execution_state"] == "idle"
        if idle and parent.get("msg_id") == self._request:
            self._request = ""

    def _read_comm_open(self, content: dict[str, Any]) -> None:
        self.widgets[content["comm_id"]] = content["data"]["state"]
        if self.subshells and self._subshell is None:
            self._subshell = self._control("create_subshell_request", {})["subshell_id"]

    def _read_comm_close(self, content: dict[str, Any]) -> None:
        self.widgets.pop(content["comm_id"], None)

    def _read_display_data(self, content: dict[str, Any]) -> None:
        place = content["transient"].get("display_id")
        self.outputs.append(Output(content["data"], content["data"], place))

    def _read_update_display_data(self, content: dict[str, Any]) -> None:
        for output in self.outputs:
            if output.display_id == content["transient"]["display_id"]:
                output.data = content["data"]

    def _read_stream(self, content: dict[str, Any]) -> None:
        self.text += content["text"]

    def _read_error(self, content: dict[str, Any]) -> None:
        self.error = content["ename"]

    def _close_subshell(self) -> None:
        if self._subshell is not None:
            self._control("delete_subshell_request", {"subshell_id": self._subshell})
            self._subshell = None

    def _control(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        client = self.kernel._client
        message = client.session.msg(kind, content)
        client.control_channel.send(message)
        while True:
            reply = client.get_control_msg(timeout=LIMIT)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                answer: dict[str, Any] = reply["content"]
                return answer
