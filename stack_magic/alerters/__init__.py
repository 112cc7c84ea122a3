'''Alerters tell people what happens in a run, and ask them.

A step that trains can post its score; a step that deploys can ask first. A flavor says
how a message travels:

    class LogAlerter(BaseAlerter):
        """Writes messages to Python's log; nobody is there to answer."""

        FLAVOR = "log"

        def post(self, message, config=None):
            logging.getLogger("runs").info(message)
            return True

        def ask(self, question, config=None):
            return False

`ask` waits for a person: whoever does not answer has not agreed.
'''

from ._base import BaseAlerter

__all__ = ["BaseAlerter"]
