'''Alerters tell people what happens in a run, and ask them.

A step that trains can post its score; a step that deploys can ask first:

    @step
    def deploy(score):
        alerter = get_step_context().stack.alerter
        alerter.post(f"score is {score:.2f}", {"title": "Training has ended"})
        if not alerter.ask("Deploy to production?", {"yes": "Deploy", "no": "Stop"}):
            return "not deployed"
        ...

`ask` waits for a person: whoever does not answer in time has not agreed. The built-in
flavor `notebook` shows messages in the cell's output and asks there with two buttons. In a
terminal it asks by text; so it does in a notebook whose front end cannot deliver a click
while a cell runs. Where nobody can be asked, the answer is no, at once.

Another flavor says how a message travels:

    %%flavor
    import logging
    from stack_magic.alerters import BaseAlerter

    class LogAlerter(BaseAlerter):
        """Writes messages to Python's log; nobody is there to answer."""

        FLAVOR = "log"

        def post(self, message, config=None):
            logging.getLogger("runs").info("%s", message)
            return True

        def ask(self, question, config=None):
            return False

What a step chooses for one message comes in `config`. Derive from `Choices` to read it: a
key that is misspelt is then an error and not ignored:

    class MailChoices(Choices):
        to: str = "team@example.org"

    MailChoices.read(config).to

`%alerter check NAME` tries every promise of the type on a component; it posts a few
messages, and asks two questions that nobody has to answer.
'''

from typing import TYPE_CHECKING

from stack_magic.stack import refusing_parts

from ._base import BaseAlerter
from ._buttons import let_clicks_pass
from ._choices import Choices
from ._notebook import NotebookAlerter

__all__ = ["BaseAlerter", "Choices", "NotebookAlerter", "let_clicks_pass"]

if not TYPE_CHECKING:  # where it would make every name one of any type
    __getattr__ = refusing_parts(__name__)
