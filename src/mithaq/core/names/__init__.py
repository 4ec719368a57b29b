"""Names across scripts: an exact fold, and a comparison by sound that gives its reasons.

A fold may be looked up in a table kept by people. A score only ever proposes; a person links.
"""

from mithaq.core.names.distance import Reason, Step
from mithaq.core.names.fold import FoundWord, find_words, fold
from mithaq.core.names.index import Entity, NameIndex, Proposal
from mithaq.core.names.score import Score, score
from mithaq.core.names.spelling import check_letters, check_name, look_alike
from mithaq.core.names.words import Word, skeleton

__all__ = [
    "Entity",
    "FoundWord",
    "NameIndex",
    "Proposal",
    "Reason",
    "Score",
    "Step",
    "Word",
    "check_letters",
    "check_name",
    "find_words",
    "fold",
    "look_alike",
    "score",
    "skeleton",
]
