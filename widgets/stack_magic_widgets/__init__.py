"""Widgets for stack_magic: forms and the composer, on top of the same commands."""

__all__: list[str] = []
