"""Rules for good cards.

Each rule has a code, says why in its message, and can be allowed at a card: rule `card-answer-long` by the tag
`allow-answer-long`, which the deck leaves out. The rules and their numbers come from Wozniak, "Twenty rules of
formulating knowledge" (4 minimum information, 9 sets, 10 enumerations, 11 interference, 12 wording, 16 context,
18 sources, 19 dates), and Matuschak, "How to write good prompts" (focused, precise, consistent, tractable,
effortful). docs/deck.md lists them.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from guidepress.book.model import Book, Card, Image
from guidepress.diagnostics import (
    Diagnostic,
    Related,
    Severity,
    did_you_mean,
    error,
    ordered,
    warning,
)  # fmt: skip
from guidepress.lint import english
from guidepress.lint.card_reading import Reading, Side, words

ALLOW = "allow-"
PREFIX = "card-"

# Limits: (warning above, error above).
FRONT_WORDS = (25, 40)
FRONT_CHARACTERS = 200
BACK_WORDS = (20, 30)
BACK_CHARACTERS = 300
LIST_ITEMS = (3, 6)
GAPS = 3
HIDDEN_SHARE = 0.5
SENTENCE_WORDS = 40
CODE_LINES = 10
CODE_COLUMNS = 60
IMAGE_BYTES = 500_000
IMAGE_PIXELS = 1600
ALIKE = 0.85
SAME_ANSWERS = 3
CANDIDATES = 1000  # compared with one question at most


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its code, and in one line what it finds and why that is worth mending."""

    code: str
    about: str

    @property
    def tag(self) -> str:
        """The tag that allows it at a card."""
        return ALLOW + self.code.removeprefix(PREFIX)


_RULES = (
    ("card-question-long", "a long question is answered by its shape, not by what it asks"),
    ("card-answer-long", "a long answer is never fully recalled, and so never graded honestly"),
    ("card-answer-list", "sets are the hardest thing to remember; one card a step can be"),
    ("card-two-questions", "two questions on one card are graded as one"),
    ("card-yes-no", "half of all guesses are right, and nothing is recalled"),
    ("card-question-vague", "a question that has many right answers cannot be graded"),
    ("card-pronoun", "in a year nobody knows what “it” was"),
    ("card-near-duplicate", "two questions that look alike are answered with each other's answer"),
    ("card-same-answer", "many questions with one answer teach to say that answer"),
    ("card-answer-leaked", "the question gives the answer away"),
    ("card-cloze-many", "many gaps leave no sentence to recall them from"),
    ("card-cloze-stopword", "a gap of grammar is filled without knowing anything"),
    ("card-cloze-long", "a long text with a gap is recognised, not recalled"),
    ("card-code-long", "code that does not fit on a telephone is not read"),
    ("card-image-alt", "a picture without alternative text is a blank card to some"),
    ("card-image-large", "every learner's every device loads it"),
    ("card-time-sensitive", "what is true today is learned for years"),
    ("card-source-missing", "nobody can look up whether it is still so"),
)  # fmt: skip
RULES: Mapping[str, Rule] = {code: Rule(code, about) for code, about in _RULES}


def check(book: Book) -> tuple[Diagnostic, ...]:
    """Every breach of a rule in the cards of a book, but for those that a card allows.

    An `allow-…` tag that names no rule is a warning (`card-allow-unknown`), and so is one that allows nothing
    that is there (`card-allow-unused`). On cards that are made of a question or a term nothing is an error.
    """
    english_book = book.language.split("-")[0].lower() == "en"
    readings = [Reading(card, english_book) for card in book.cards]
    sources = _Sources.of(book)
    found: list[tuple[Card, Diagnostic]] = []
    for reading in readings:
        for rule in _EACH:
            found.extend((reading.card, problem) for problem in rule(reading))
        found.extend((reading.card, problem) for problem in _time_sensitive(reading, sources))
        found.extend((reading.card, problem) for problem in _source_missing(reading, sources))
        found.extend((reading.card, problem) for problem in _pictures(reading, book.images))
    found.extend(_near_duplicates(readings))
    found.extend(_same_answers(readings))
    return ordered((*_not_allowed(found), *_allowances(book.cards, found)))


def _not_allowed(found: Iterable[tuple[Card, Diagnostic]]) -> Iterator[Diagnostic]:
    for card, problem in found:
        if RULES[problem.code].tag in card.tags:
            continue
        if card.origin in ("faq", "term"):
            problem = replace(problem, severity=Severity.WARNING)
        yield problem


def _allowances(
    cards: Iterable[Card], found: Iterable[tuple[Card, Diagnostic]]
) -> Iterator[Diagnostic]:
    known = {rule.tag: rule.code for rule in RULES.values()}
    broken = {(card.id, problem.code) for card, problem in found}
    for card in cards:
        for tag in card.tags:
            if not tag.startswith(ALLOW):
                continue
            if tag not in known:
                message = f"card `{card.id}`: the tag `{tag}` allows no rule there is"
                yield warning(
                    "card-allow-unknown", message, card.span, hints=did_you_mean(tag, known)
                )
            elif (card.id, known[tag]) not in broken:
                message = f"card `{card.id}`: the tag `{tag}` allows what the card does not do"
                yield warning("card-allow-unused", message, card.span, hints=("remove the tag",))


def _problem(
    reading: Reading, code: str, what: str, *hints: str, severe: bool = False,
    related: Sequence[Related] = (),
) -> Diagnostic:  # fmt: skip
    rule = RULES[code]
    report = error if severe else warning
    return report(
        code,
        f"card `{reading.card.id}`: {what}: {rule.about}",
        reading.card.span,
        hints=(*hints, f"or allow it here with the tag `{rule.tag}`"),
        related=related,
    )


def _question_long(reading: Reading) -> Iterator[Diagnostic]:
    if reading.card.kind == "cloze":
        return
    count, length = reading.front.count, len(reading.front.text)
    if count > FRONT_WORDS[0] or length > FRONT_CHARACTERS:
        yield _problem(
            reading, "card-question-long",
            f"the question has {count} words and {length} characters",
            f"bring it to {FRONT_WORDS[0]} words or fewer; move what explains it to `extra`",
            severe=count > FRONT_WORDS[1],
        )  # fmt: skip


def _answer_long(reading: Reading) -> Iterator[Diagnostic]:
    count, length = reading.back.count, len(reading.back.text)
    if count > BACK_WORDS[0] or length > BACK_CHARACTERS:
        yield _problem(
            reading, "card-answer-long",
            f"the answer has {count} words and {length} characters",
            "give a `short` answer for the card" if reading.card.origin == "faq"
            else f"bring it to {BACK_WORDS[0]} words or fewer; move the rest to `extra`",
            severe=count > BACK_WORDS[1] or length > BACK_CHARACTERS,
        )  # fmt: skip


def _answer_list(reading: Reading) -> Iterator[Diagnostic]:
    items = reading.back.items
    if items > LIST_ITEMS[0] and "steps" not in reading.card.tags:
        yield _problem(
            reading, "card-answer-list",
            f"the answer is a list of {items}",
            "split it, or tag a numbered list `steps` to have one card for each step",
            severe=items > LIST_ITEMS[1],
        )  # fmt: skip


def _two_questions(reading: Reading) -> Iterator[Diagnostic]:
    if reading.card.kind == "cloze":
        return
    text = reading.front.text
    if text.count("?") + text.count("？") + text.count("؟") > 1 or (
        reading.english and "?" in text and english.SECOND.search(text)
    ):
        yield _problem(
            reading, "card-two-questions", "this asks two things", "make two cards of it"
        )


def _yes_no(reading: Reading) -> Iterator[Diagnostic]:
    if not reading.english or reading.card.kind == "cloze" or not reading.front.words:
        return
    text = reading.front.text
    asks = reading.front.words[0] in english.AUXILIARIES and text.rstrip().endswith("?")
    if (asks and "or" not in reading.front.words) or (
        "?" in text and english.YES_NO.match(reading.back.text)
    ):
        yield _problem(
            reading,
            "card-yes-no",
            "this is answered by yes or no",
            "ask for the reason, or the thing",
        )


def _vague(reading: Reading) -> Iterator[Diagnostic]:
    if reading.card.kind == "cloze" or reading.card.origin == "term":
        return
    side = reading.front
    short = side.count < 3 and not side.code and not side.images
    if short or (reading.english and english.VAGUE.match(side.text)):
        yield _problem(
            reading, "card-question-vague",
            f"“{side.text[:60]}” does not say what is asked for", "ask one thing that has one answer",
        )  # fmt: skip


def _pronoun(reading: Reading) -> Iterator[Diagnostic]:
    side = reading.front
    if not reading.english or not side.words or side.code or side.images:
        return
    first, second = (*side.words, "")[:2]
    if first in english.PRONOUNS or (
        first in english.DEMONSTRATIVES and second in english.AUXILIARIES
    ):
        yield _problem(
            reading, "card-pronoun",
            f"this starts with “{side.text.split()[0]}” and nothing says what that is", "name it",
        )  # fmt: skip


def _leaked(reading: Reading) -> Iterator[Diagnostic]:
    if reading.card.kind == "cloze":
        yield from _leaked_gap(reading)
        return
    question, answer = reading.front.words, reading.back.words
    choice = "or" in question
    if _telling(answer) and not choice and _within(answer, question):
        yield _problem(
            reading, "card-answer-leaked", f"the answer “{reading.back.text}” stands in the question",
            "ask without it",
        )  # fmt: skip
    if reading.card.reverse and _telling(question) and _within(question, answer):
        yield _problem(
            reading, "card-answer-leaked",
            f"asked the other way round, the answer “{reading.front.text}” stands in the question",
            "word the answer without it, or leave out the reverse card",
        )  # fmt: skip


def _leaked_gap(reading: Reading) -> Iterator[Diagnostic]:
    shown = words(_visible(reading.front))
    for _, hidden in reading.front.gaps:
        found = words(hidden)
        if _telling(found) and len(hidden) > 2 and _within(found, shown):
            yield _problem(
                reading, "card-answer-leaked",
                f"“{hidden}” is hidden in one place and shown in another", "hide both or neither",
            )  # fmt: skip


def _telling(answer: Sequence[str]) -> bool:
    return any(word not in english.STOPWORDS for word in answer)


def _within(needle: Sequence[str], hay: Sequence[str]) -> bool:
    return f" {' '.join(needle)} " in f" {' '.join(hay)} "


def _visible(side: Side) -> str:
    """The words outside of every gap."""
    text = side.text
    for _, hidden in sorted(side.gaps, key=lambda gap: -len(gap[1])):
        text = text.replace(hidden, " … ", 1)
    return text


def _cloze_many(reading: Reading) -> Iterator[Diagnostic]:
    if reading.card.kind != "cloze":
        return
    numbers = {number for number, _ in reading.front.gaps}
    if len(numbers) > GAPS:
        yield _problem(
            reading, "card-cloze-many", f"there are {len(numbers)} gaps", "make several cards of it"
        )
        return
    total = reading.front.count
    hidden = reading.front.hidden
    # Gaps of one number are asked together; those of others are in view.
    if total and hidden > total * HIDDEN_SHARE:
        yield _problem(
            reading, "card-cloze-many", f"{hidden} of {total} words are hidden", "hide less of it"
        )


def _cloze_stopword(reading: Reading) -> Iterator[Diagnostic]:
    if reading.card.kind != "cloze" or not reading.english:
        return
    for _, hidden in reading.front.gaps:
        found = words(hidden)
        if found and not _telling(found):
            yield _problem(
                reading,
                "card-cloze-stopword",
                f"the gap hides “{hidden}”",
                "hide what the sentence is about",
            )


def _cloze_long(reading: Reading) -> Iterator[Diagnostic]:
    if reading.card.kind == "cloze" and reading.front.count > SENTENCE_WORDS:
        yield _problem(
            reading, "card-cloze-long", f"the text has {reading.front.count} words",
            f"bring it to {SENTENCE_WORDS} words or fewer",
        )  # fmt: skip


def _code_long(reading: Reading) -> Iterator[Diagnostic]:
    for block in (*reading.front.code, *reading.back.code):
        lines = block.splitlines()
        widest = max(map(len, lines), default=0)
        if len(lines) > CODE_LINES or widest > CODE_COLUMNS:
            yield _problem(
                reading, "card-code-long",
                f"the code has {len(lines)} lines of up to {widest} columns",
                f"show {CODE_LINES} lines of {CODE_COLUMNS} columns at most",
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Sources:
    """Labels of the profiles that carry no date, and of those that name no source. Tables of data have both."""

    undated: frozenset[str]
    unsourced: frozenset[str]

    @classmethod
    def of(cls, book: Book) -> _Sources:
        profiles = [(f"profile-{p.id}", group) for group in book.profiles for p in group.profiles]
        return cls(
            frozenset(label for label, group in profiles if not group.as_of),
            frozenset(label for label, group in profiles if not group.source),
        )


def _source_missing(reading: Reading, sources: _Sources) -> Iterator[Diagnostic]:
    if reading.card.record in sources.unsourced:
        yield _problem(
            reading, "card-source-missing", "the profiles that this card is of name no source",
            "write `source:` beside their `id:`",
        )  # fmt: skip


def _time_sensitive(reading: Reading, sources: _Sources) -> Iterator[Diagnostic]:
    card = reading.card
    dated = card.origin in ("data", "profile") and card.record not in sources.undated
    if not reading.english or dated:
        return
    text = f"{reading.front.text} {reading.back.text}"
    found = english.TIME.search(text) or english.MONEY.search(text)
    if found and not english.DATED.search(f"{text} {Side(reading.card.extra).text}"):
        yield _problem(
            reading, "card-time-sensitive", f"“{found[0]}” dates this card, and it has no date",
            "say as of when (“in 2025”), or ask for what stays true",
        )  # fmt: skip


def _pictures(reading: Reading, images: Mapping[str, Image]) -> Iterator[Diagnostic]:
    sides = (reading.front, reading.back, Side(reading.card.extra), Side(reading.card.hint))
    for key, alt in (picture for side in sides for picture in side.images):
        if not alt.strip():
            yield _problem(
                reading, "card-image-alt", f"the picture `{key}` has no alternative text",
                "say in brackets what it shows: `![Two boxes](…)`",
            )  # fmt: skip
        if (image := images.get(key)) is None:
            continue  # a missing picture was an error already
        size = image.path.stat().st_size if image.path.is_file() else 0
        if size > IMAGE_BYTES or max(image.width, image.height) > IMAGE_PIXELS:
            yield _problem(
                reading, "card-image-large",
                f"`{key}` has {image.width} x {image.height} px and {size // 1000} kB",
                f"bring it to {IMAGE_PIXELS} px and {IMAGE_BYTES // 1000} kB",
            )  # fmt: skip


_EACH: tuple[Callable[[Reading], Iterator[Diagnostic]], ...] = (
    _question_long, _answer_long, _answer_list, _two_questions, _yes_no, _vague, _pronoun, _leaked,
    _cloze_many, _cloze_stopword, _cloze_long, _code_long,
)  # fmt: skip


def _near_duplicates(readings: Sequence[Reading]) -> Iterator[tuple[Card, Diagnostic]]:
    """Questions that share `ALIKE` of their words (Jaccard index) with an earlier one of another answer."""
    basic = [r for r in readings if r.card.kind == "basic" and r.front.words and not r.front.code]
    for reading, other in _alike(basic):
        told = Related(other.card.span, f"`{other.card.id}`: {other.front.text[:80]}")
        yield (
            reading.card,
            _problem(
                reading, "card-near-duplicate",
                f"the question is almost that of `{other.card.id}`, and the answer another",
                "say in both what sets them apart", related=(told,),
            ),
        )  # fmt: skip


def _alike(readings: Sequence[Reading]) -> Iterator[tuple[Reading, Reading]]:
    """Each question that is almost an earlier one, with the first such.

    Two sets that are that much alike share one of their few rarest words, and the words that are left after the
    first one they share must be enough ("prefix" and "positional filtering": Xiao et al., Efficient Similarity
    Joins for Near-Duplicate Detection, 2008). So of all pairs next to none are compared.
    """
    frequency = Counter(word for r in readings for word in set(r.front.words))
    sets = [frozenset(r.front.words) for r in readings]
    # Word -> (size of the set, place of the word among its rarest) -> numbers of readings.
    index: dict[str, dict[tuple[int, int], list[int]]] = defaultdict(dict)
    for i, own in enumerate(sets):
        size = len(own)
        rarest = sorted(own, key=lambda word: (frequency[word], word))
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


def _same_answers(readings: Sequence[Reading]) -> Iterator[tuple[Card, Diagnostic]]:
    """Groups of more than `SAME_ANSWERS` cards with one answer, whose questions share half of their words."""
    groups: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        if reading.card.kind == "basic" and reading.back.words and not reading.back.images:
            groups[" ".join(reading.back.words)].append(reading)
    for group in groups.values():
        if len(group) <= SAME_ANSWERS:
            continue
        first = frozenset(group[0].front.words)
        alike = [
            r
            for r in group
            if len(first & set(r.front.words)) * 2 >= len(first | set(r.front.words))
        ]
        if len(alike) > SAME_ANSWERS:
            told = [Related(r.card.span, f"`{r.card.id}`") for r in alike[:-1]]
            yield alike[-1].card, _problem(
                alike[-1], "card-same-answer",
                f"{len(alike)} questions that look alike have the answer “{alike[-1].back.text[:60]}”",
                "ask from the other side, or for what differs", related=told,
            )  # fmt: skip
