"""What may become code: what this user has signed, and what lies where they trust others.

To read a pickle runs code. What this user writes is signed with a key of their own, which
stands in no project; a copy of somebody else's project has other signatures, or none. What
others write on purpose (a bucket of a team) is read from the places that the user trusts.
"""

from ._places import Place, distrust, is_trusted, trust
from ._signatures import has_signed, is_signed, signature_of

__all__ = [
    "Place",
    "distrust",
    "has_signed",
    "is_signed",
    "is_trusted",
    "signature_of",
    "trust",
]
