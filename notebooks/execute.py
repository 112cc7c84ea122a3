"""Execute a tutorial headless, save the result, and print what its cells showed."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def main(source: str, target: str) -> None:
    """Execute the notebook *source* in the new folder *target*."""
    folder = Path(target)
    shutil.rmtree(folder, ignore_errors=True)  # the runs are counted from 1
    folder.mkdir(parents=True)
    notebook = nbformat.read(source, as_version=4)
    client = NotebookClient(
        notebook, resources={"metadata": {"path": str(folder)}}, store_widget_state=False
    )
    client.execute()
    executed = folder / Path(source).name
    nbformat.write(notebook, executed)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            if text:
                print(text, end="\n\n")
    print(f"executed notebook: {executed.resolve()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
