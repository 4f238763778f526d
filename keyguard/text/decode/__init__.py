"""From a blob's bytes to its views: its text, and what a container or an encoding in it hides from a plain reader.

    pieces -> sniff -+-> no container: one view, the plain text (nearly every file; nothing else is tried)
                     +-> an opener: a view for each member, which may be a container in its turn

An opener is one file of this folder and one entry of `kinds`. All of them share one budget a blob: what strikes one of
its limits is noted and the rest of the blob is read on. Members are read in memory, as streams where the format
allows; their names are labels, and nothing is ever written.
"""

from __future__ import annotations

from keyguard.text.decode.budget import Budget, Limits
from keyguard.text.decode.charset import SNIFF, Decoder, encoding, text
from keyguard.text.decode.open import hides, views
from keyguard.text.decode.view import View

__all__ = ["SNIFF", "Budget", "Decoder", "Limits", "View", "encoding", "hides", "text", "views"]
