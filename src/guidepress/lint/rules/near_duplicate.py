"""Questions that are almost another one."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from guidepress.diagnostics import Related
from guidepress.lint.card_reading import Reading
from guidepress.lint.rule import Example, Finding, Rule

# The share of their words that two questions have in common (Jaccard index).
ALIKE = 0.85
CANDIDATES = 1000  # compared with one question at most


def _check(readings: Sequence[Reading]) -> Iterator[Finding]:
    questions = [r for r in readings if not r.gapped and r.front.words and not r.front.code]
    for reading, other in _alike(questions):
        twin = Related(other.card.span, f"`{other.card.id}`: {other.front.text[:80]}")
        yield Finding(
            reading,
            f"the question is almost that of `{other.card.id}`, and the answer another",
            "say in both what sets them apart",
            related=(twin,),
        )


def _alike(readings: Sequence[Reading]) -> Iterator[tuple[Reading, Reading]]:
    """Each question that is almost an earlier one with another answer, with the first such.

    Two sets that are that much alike share one of their few rarest words, and the words that are left after the
    first one they share must be enough ("prefix" and "positional filtering": Xiao et al., Efficient Similarity
    Joins for Near-Duplicate Detection, 2008). So of all pairs next to none are compared.
    """
    sets = [frozenset(r.front.words) for r in readings]
    frequency = Counter(chain.from_iterable(sets))
    by_frequency = sorted(frequency, key=lambda word: (frequency[word], word))
    rank = {word: place for place, word in enumerate(by_frequency)}
    # Word -> (size of the set, place of the word among its rarest) -> numbers of readings.
    index: dict[str, dict[tuple[int, int], list[int]]] = defaultdict(dict)
    for i, own in enumerate(sets):
        size = len(own)
        rarest = sorted(own, key=rank.__getitem__)
        prefix = rarest[: size - math.ceil(ALIKE * size) + 1]
        candidates = (
            j
            for place, word in enumerate(prefix)
            for (other, at), numbers in index[word].items()
            if min(size - place, other - at) >= ALIKE / (1 + ALIKE) * (size + other)
            for j in numbers
        )
        for j in islice(candidates, CANDIDATES):
            if len(own & sets[j]) >= ALIKE * len(own | sets[j]) and _differ(
                readings[i], readings[j]
            ):
                yield readings[i], readings[j]
                break
        for place, word in enumerate(prefix):
            index[word].setdefault((size, place), []).append(i)


def _differ(one: Reading, other: Reading) -> bool:
    """Whether two questions of almost the same words have different answers; pictures may tell them apart."""
    return one.back.words != other.back.words and one.front.images == other.front.images


RULE = Rule(
    "card-near-duplicate",
    finds=f"{ALIKE:.0%} of the words of another question, another answer".replace("%", " %"),
    why="two questions that look alike are answered with each other's answer",
    means="Two questions look nearly the same.",
    remedy="Word them so that they differ, or make one of them.",
    check=_check,
    bad=Example("""\
/// card | Which status code does a server send for a resource that has moved?
    id: moved

301
///

/// card | Which status code does a server send for a resource that has not moved?
    id: not-moved

200
///
"""),
    good=Example("""\
/// card | Which status code does a server send for a resource that has moved?
    id: moved

301
///

/// card | Which status code goes with a plain answer?
    id: not-moved

200
///
"""),
)
