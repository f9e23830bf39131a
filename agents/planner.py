"""From a question to the queries that are put to every source.

Databases are asked few and fielded queries (arXiv: one in three seconds): the question as words, boolean queries of its
concepts (`concepts`), the seed paper, and noun phrases. A source that knows no operators, such as a library, is asked the
question, the seed paper and the noun phrases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import Any

from ..tools.database_query import asked_for, boolean
from ..tools.database_settings import DATABASES
from ..tools.text import words
from .concepts import Forms, Group, concept_queries, forms_of, named_query, noun
from .question import Question, parse
from .question_words import is_name, specific_stems
from .spellings import spellings

__all__ = ["more_queries", "queries"]

_PHRASES = 6  # noun phrases that become queries of their own
_MOST = 6  # queries to one database
_MORE = 4  # queries of a second search to one source
_WORDS_ONLY = frozenset({"semantic_scholar", "crossref"})  # their searches know no operators


def queries(
    question: Question, sources: Sequence[str], seed_paper: str | None, widen: bool
) -> tuple[dict[str, Any], ...]:
    """`{"source", "query"}` for each source: the question, the seed paper, boolean queries, then noun phrases.

    A database is asked six at most. `widen` adds neighbouring phrases in pairs and the specific words alone: the second
    search of a revision.
    """
    phrases = [phrase for phrase in question.topics if len(phrase.split()) > 1 or "-" in phrase]
    phrases = [phrase for phrase in phrases if specific_stems(phrase)][:_PHRASES]
    pairs = [f"{one} {other}" for one, other in pairwise(question.topics)]
    nouns = [noun(topic) for topic in question.topics if noun(topic)]
    beside = [boolean(map(spellings, both)) for both in pairwise(nouns)]
    telling = [word for word in words(question.text) if specific_stems(word)]
    begun = [question.text, *([seed_paper] if seed_paper else [])]
    fielded = [boolean(groups) for groups in concept_queries(question)]
    named = boolean(named_query(question))
    # A bare name finds all there is; a phrase of more words than are searched as one is the question's words again.
    said = [noun(phrase) for phrase in phrases if len(words(phrase)) > 1 or not is_name(phrase)]
    said.sort(key=lambda phrase: not asked_for(phrase).phrase)
    plan: list[tuple[str, list[str]]] = []
    for source in sources:
        if source in DATABASES:
            concepts = fielded[:1] if source in _WORDS_ONLY else fielded
            texts = _first(_MOST, [*begun, *concepts, *said[:2], named, *said[2:]])
            wider = [*beside[: _MORE - 1], f"{' '.join(telling)}?"]  # as words, however few
        else:
            texts = [*begun, *phrases]
            wider = [*pairs, " ".join(sorted(question.stems))]  # its words are stemmed anyway
        plan.append((source, [*texts, *(wider if widen else ())]))
    return _put(plan)


def more_queries(
    question: Question,
    pairs: Forms,
    sources: Sequence[str],
    asked: Collection[str] = (),
    seed_text: str = "",
) -> tuple[dict[str, Any], ...]:
    """The queries of a second search, when it is known how a corpus spells out the question's acronyms.

    `pairs` are those of `acronyms.expanded`; `asked` are query texts that were put before, which are not put again;
    `seed_text` is "Title. Abstract" of the seed paper, whose phrases are then asked for too. Four at most for each source;
    none where nothing new is known.
    """
    known = {text.casefold() for text in asked}
    fielded = [boolean(groups) for groups in concept_queries(question, pairs)] if pairs else []
    # To a source that ranks by words, an acronym alone says little.
    spelled = [form for phrase in question.topics for form in forms_of(phrase, pairs)[1:] if " " in form]
    title, body = _of_seed(question, seed_text)
    plan: list[tuple[str, list[str]]] = []
    for source in sources:
        if source in DATABASES and source not in _WORDS_ONLY:
            texts = [*fielded, *(boolean(groups) for groups in (title, body))]
        else:
            texts = [*spelled, *(" ".join(group[0] for group in groups) for groups in (title, body))]
        fresh = (text for text in texts if text and text.casefold() not in known)
        plan.append((source, _first(_MORE, fresh)))
    return _put(plan)


def _of_seed(question: Question, text: str) -> tuple[list[Group], list[Group]]:
    """Groups of terms out of a seed paper: of its title, and what its abstract says most often beside the question's subject."""
    title, _, abstract = text.partition(". ")
    topics = [noun(topic) for topic in parse(title).topics if " " in topic or "-" in topic][:2]
    told = [phrase for phrase in parse(abstract).phrases if " " in phrase or "-" in phrase]
    counts = Counter({phrase: abstract.casefold().count(phrase.casefold()) for phrase in told})
    often = [
        phrase
        for phrase in sorted(told, key=lambda phrase: (-counts[phrase], told.index(phrase)))
        if counts[phrase] > 1 and not specific_stems(phrase) <= question.stems
    ]
    subject = [groups[-1] for groups in concept_queries(question)[:1]]
    body = [spellings(often[0]), *subject] if often and subject else []
    return [spellings(topic) for topic in topics], body


def _first(most: int, texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))[:most]


def _put(plan: Iterable[tuple[str, list[str]]]) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"source": source, "query": text} for source, texts in plan for text in dict.fromkeys(texts) if text
    )
