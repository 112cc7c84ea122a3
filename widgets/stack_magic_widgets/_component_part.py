"""The part of a view in which a component is configured: name, flavor, fields, line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stack_magic.display import Command, Fields, Title
from stack_magic.enums import Severity
from stack_magic.session import (
    GIVEN_ELSEWHERE,
    RegisterComponent,
    UpdateComponent,
    summary_of,
)
from stack_magic.stack import Diagnostic, Report

from ._component_values import ComponentValues
from ._component_widgets import ComponentWidgets
from ._fields_box import FieldsBox
from ._names import OF_THE_NAME, free_name
from ._parts import close_all, set_value, span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from stack_magic.enums import StackComponentType
    from stack_magic.session import Command as Asked
    from stack_magic.stack import Flavor, Registered, StackComponent

    from ._view import View


class ComponentPart:
    """Widgets that configure a new component, or change a registered one.

    Args:
        view: The view that it is a part of: carries out, and shows what goes wrong.
        kind: The component's type.
        flavor: The flavor of a new component.
        name: A registered component, or the name of a new one.
        done: Is told the name of the component when it is registered or changed.

    Attributes:
        report: What is wrong now.
    """

    def __init__(
        self,
        view: View,
        kind: StackComponentType,
        flavor: str | None = None,
        name: str | None = None,
        done: Callable[[str], object] = str,
    ) -> None:
        self.kind = kind
        self.report = Report("")
        self._view = view
        self._done = done
        self._values = ComponentValues(self._known.get((kind, name or "")))
        self._cls: type[StackComponent] | None = None
        self._is_name_touched = bool(name)
        self._widgets = ComponentWidgets(
            kind,
            name or "",
            named=view.guarded(self._name_touched),
            chosen=view.guarded(self._flavor_chosen),
            acted=view.guarded(self._act),
        )
        self.widget = self._widgets.widget
        self._build(flavor)

    @property
    def foot(self) -> Any:
        """The row of the button."""
        return self._widgets.foot

    @property
    def act(self) -> Any:
        """The button."""
        return self._widgets.act

    @property
    def _known(self) -> Mapping[Any, Registered]:
        return self._view.session.registry.snapshot.components

    @property
    def name(self) -> str:
        """The component's name as it is typed."""
        return str(self._widgets.name.value).strip()

    @property
    def flavor(self) -> str:
        """The name of the flavor."""
        return str(self._widgets.flavor.value or "")

    # Building.

    def _build(self, flavor: str | None = None) -> None:
        """Offer the flavors, and make the controls of the chosen one."""
        with self._view.lock:
            snapshot = self._view.session.registry.snapshot
            registered = self._values.registered
            names = snapshot.flavor_names(self.kind)
            if registered is not None:
                chosen = registered.component.FLAVOR
            else:
                chosen = flavor or (self.flavor if self.flavor in names else names[0])
            self._widgets.offer(names, chosen, is_fixed=registered is not None)
            present = self._flavor_called(chosen)
            if present is not None:
                self._make_fields(present.cls)
            self.refresh()

    def _flavor_called(self, name: str) -> Flavor | None:
        """Return the flavor of the registered component, or of the one to be."""
        snapshot = self._view.session.registry.snapshot
        if self._values.registered is not None:
            return snapshot.flavor_of(self._values.registered)
        return snapshot.flavors.get((self.kind, name))

    def _make_fields(self, cls: type[StackComponent]) -> None:
        """Make controls for *cls*; what was typed stays where there is a field for it."""
        touched, kept = self._values.typed()
        former = self._widgets.fields.children
        self._cls = cls
        changed = self._view.guarded(self._changed)
        box = FieldsBox(cls, changed, left_out=GIVEN_ELSEWHERE)
        box.fill(kept)
        for name, control in box.controls.items():
            if name not in touched:
                control.leave_alone()
        self._values.box = box
        self._widgets.fields.children = tuple(box.widgets)
        set_value(self._widgets.about, span(summary_of(cls), "sm-help"))
        for widget in former:
            close_all(widget)

    def follow(self) -> None:
        """Take over what was registered or changed elsewhere; what was typed stays."""
        with self._view.lock:
            snapshot = self._view.session.registry.snapshot
            now = snapshot.components.get((self.kind, self.name))
            is_other = self._values.registered is not None and now is not self._values.registered
            if is_other:
                self._values.registered = now
            flavor = self._flavor_called(self.flavor)
            names = snapshot.flavor_names(self.kind)
            is_known = flavor is not None and tuple(self._widgets.flavor.options) == tuple(names)
            if is_other or not is_known or flavor is None or flavor.cls is not self._cls:
                self._build()
            else:
                self.refresh()

    # What the user does.

    def _name_touched(self, _: object) -> None:
        self._is_name_touched = True
        self._changed()

    def _changed(self) -> None:
        with self._view.lock:
            self._view.say()
            self.refresh()

    def _flavor_chosen(self, _: object) -> None:
        with self._view.lock:
            flavor = self._flavor_called(self.flavor)
            if flavor is not None and flavor.cls is not self._cls:
                self._make_fields(flavor.cls)
                self.refresh()

    def _act(self, _: object) -> None:
        with self._view.lock:
            command, name = self.command(), self.name
        answer = self._view.apply(command)
        with self._view.lock:
            self._values.registered = self._known.get((self.kind, name))
            self._values.leave_alone()  # what was typed is what is registered
            self._build()
            self._view.say(*answer.document().blocks)
        self._done(name)

    # What is shown.

    def command(self) -> Asked:
        """Return the command that registers or changes the component."""
        if self._values.registered is None:
            return RegisterComponent(self.kind, self.name, self.flavor, dict(self._values.given))
        return UpdateComponent(self.kind, self.name, *self._values.changes())

    def refresh(self) -> None:
        """Read what is given, and show what is wrong with it and the line."""
        box = self._values.box
        if box is None:
            return
        refused = self._values.read()
        command = self.command()
        unchanged = isinstance(command, UpdateComponent) and not (
            command.configuration or command.removed
        )
        of_name, found = ([], []) if unchanged else self._findings(command)
        fields = {d.subject for d in refused}
        found = [*refused, *(d for d in found if d.subject not in fields)]
        self.report = Report.of(self.name, [*of_name, *found])
        box.say(found)
        self._say([d for d in found if d.subject not in box.controls], of_name)
        wrong = len({d.place or d.subject for d in self.report.errors})
        self._widgets.say_status(wrong, is_changed=not unchanged, is_touched=self._was_touched)
        self._widgets.say_line(self.line(command))

    def _say(self, together: list[Diagnostic], of_name: list[Diagnostic]) -> None:
        self._widgets.say_together(together)
        self._widgets.say_name(of_name, is_touched=self._is_name_touched)

    def line(self, command: Asked) -> str:
        """Return the line of *command*, also while the name is missing."""
        if isinstance(command, RegisterComponent) and not command.name:
            return str(command._replace(name="NAME"))
        if isinstance(command, UpdateComponent) and not (command.configuration or command.removed):
            return str(RegisterComponent(self.kind, self.name, self.flavor, self._values.given))
        return str(command)

    def _findings(self, command: Asked) -> tuple[list[Diagnostic], list[Diagnostic]]:
        """Return what is wrong with the name, and with the rest."""
        preview = self._view.session.preview
        found = list(preview(command).diagnostics)
        if not self.name:
            found = [Diagnostic("InvalidNameError", Severity.ERROR, "name", "is required")]
        of_name = [d for d in found if d.code in OF_THE_NAME]
        if of_name and isinstance(command, RegisterComponent):
            # With a name that is free, the fields are looked at all the same.
            free = command._replace(name=free_name(self._is_taken))
            found = list(preview(free).diagnostics)
        return of_name, [d for d in found if d.code not in OF_THE_NAME]

    def _is_taken(self, name: str) -> bool:
        return (self.kind, name) in self._known

    @property
    def _was_touched(self) -> bool:
        return self._is_name_touched or bool(self._values.touched)

    def blocks(self) -> Iterator[Any]:
        """Yield what the part shows, as blocks."""
        verb = "change" if self._values.registered is not None else "new"
        yield Title(f"{verb} {self.kind}: {self.name or 'no name yet'} (flavor {self.flavor})")
        yield Fields(tuple(self._values.rows()))
        for found in self.report.diagnostics:
            yield from found.blocks()
        yield Command(self.line(self.command()))

    def close(self) -> None:
        """Forget what must not be kept."""
        self._values.close()
