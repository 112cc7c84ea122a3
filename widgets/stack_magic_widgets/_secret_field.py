"""A box for a secret: its value travels in one message, and is in no widget's state."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets
from pydantic import SecretStr

if TYPE_CHECKING:
    from collections.abc import Callable

_SCRIPT = """
let count = 0;
function render({ model, el }) {
  const id = `sm-secret-${Date.now()}-${count++}`;
  const label = document.createElement('label');
  label.htmlFor = id;
  label.textContent = model.get('description');
  const box = document.createElement('input');
  box.type = 'password'; box.id = id; box.autocomplete = 'off'; box.spellcheck = false;
  const clear = document.createElement('button');
  clear.type = 'button'; clear.textContent = 'Clear'; clear.className = 'jupyter-button sm-small';
  clear.setAttribute('aria-label', `Clear ${model.get('description')}`);
  const give = () => {
    if (!box.value) return;
    model.send({ kind: 'secret', value: box.value });
    box.value = '';
  };
  const show = () => {
    box.placeholder = model.get('is_set') ? 'set; type to replace it' : model.get('placeholder');
    box.setAttribute('aria-invalid', String(model.get('invalid')));
    clear.hidden = !model.get('is_set');
  };
  box.addEventListener('keydown', (e) => { e.stopPropagation(); if (e.key === 'Enter') give(); });
  box.addEventListener('blur', give);
  clear.addEventListener('click', () => model.send({ kind: 'clear' }));
  for (const name of ['is_set', 'placeholder', 'invalid']) model.on(`change:${name}`, show);
  show();
  el.classList.add('sm-secret');
  el.append(label, box, clear);
  model.send({ kind: 'ready' });
}
export default { render };
"""


class SecretField(anywidget.AnyWidget):
    """A password box; what is typed is sent on Enter, or when the box is left.

    Attributes:
        description: The label.
        placeholder: Shown while nothing is set.
        is_set: Whether there is a value.
        invalid: Whether the value was found wrong.
        is_ready: Whether a front end runs our script: not a part of the state.
    """

    _esm = _SCRIPT
    description = traitlets.Unicode("secret").tag(sync=True)
    placeholder = traitlets.Unicode("type or paste; kept in memory only").tag(sync=True)
    is_set = traitlets.Bool(default_value=False).tag(sync=True)
    invalid = traitlets.Bool(default_value=False).tag(sync=True)
    is_ready = traitlets.Bool(default_value=False)

    def __init__(self, description: str = "secret", **traits: Any) -> None:
        super().__init__(description=description, **traits)
        self._value: SecretStr | None = None
        self._listeners: list[Callable[[], object]] = []
        self.on_msg(self._receive)

    @property
    def value(self) -> SecretStr | None:
        """What was typed, masked; None when there is nothing."""
        return self._value

    @value.setter
    def value(self, value: SecretStr | str | None) -> None:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        self._value = SecretStr(text) if text else None
        self.is_set = self._value is not None
        for listener in self._listeners:
            listener()

    def on_value(self, listener: Callable[[], object]) -> None:
        """Call *listener* whenever a value comes or goes."""
        self._listeners.append(listener)

    def ask(self) -> None:
        """Ask for the value by getpass: for front ends that do not run our script.

        Raises:
            StdinNotImplementedError: Nobody can be asked here either.
        """
        self.value = getpass.getpass(f"{self.description}: ")

    def close(self) -> None:
        """Forget the value too."""
        self._value = None
        self._listeners.clear()
        super().close()

    def __repr__(self) -> str:
        return f"<SecretField {self.description}: {'set' if self.is_set else 'not set'}>"

    def _receive(self, _: object, content: dict[str, Any], __: object) -> None:
        match content.get("kind"):
            case "secret":
                self.value = content.pop("value")
            case "clear":
                self.value = None
            case "ready":
                self.is_ready = True
