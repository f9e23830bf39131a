"""Records folded into works: which are one work (`same_works`), and what of each is kept (`merging`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assignee.claims import Paper

from .merging import merged
from .same_works import same_works

__all__ = ["fold_versions", "same_works"]


def fold_versions(
    papers: Sequence[Paper], texts: Callable[[str], str] | None = None
) -> tuple[list[Paper], int]:
    """One paper a work, in the order in which the works first appear, and how many records were folded away.

    Read is the full text before an abstract before a digest; among those the published version before a preprint,
    then the newest. `merging` says which record's title, authors, year, venue and DOI are kept; `given_by` names its
    source and `conflicts` what the others said; one retracted version retracts the work. `versions` lists the ids of
    the others. `texts` gives a stored text by its hash (raises KeyError), to compare abstracts. The result does not
    depend on the order of the records, save for the order of the works, and folding it again changes nothing.
    """
    groups = same_works(papers)
    return [merged([papers[at] for at in group], texts) for group in groups], len(papers) - len(groups)
