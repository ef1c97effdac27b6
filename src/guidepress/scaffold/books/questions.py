"""Questions with their answers in a foreign text, which can become cards.

They are front matter with a `question:`, headings that ask, `<details>` whose summary asks, and questions before
`<details>` that hold the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from guidepress.book.slugs import identify, unique
from guidepress.scaffold.books.page import Page
from guidepress.scaffold.books.titles import headings, plain

# What can be recalled; the rules for cards ask for fewer, and say so.
MOST_WORDS = 60
_MOST_LINES = 14
_ASKS = ("?", "？", "؟")
_DETAILS = re.compile(r"<details\b[^>]*>", re.IGNORECASE)
_SUMMARY = re.compile(r"<summary\b[^>]*>(.*?)</summary>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?(?:p|b|strong|div|br|center|details|summary)\b[^>]*>", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?:\d+[.):]\s*|[-*+]\s+|\*\*|Q\d*[.:)]\s*)+", re.IGNORECASE)
_SENTENCE = re.compile(r".+?(?:[.!?؟。！？](?=\s|$)|$)\s*", re.DOTALL)
_NO_SENTENCES = ("```", "~~~", "|", "- ", "* ", "+ ", "1.", ">", "!", "<", "///", "    ")
_NOTE = re.compile(r"\[\^[^\]\s]+\]:")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:?")


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its answer, in Markdown; `at` is its line, from 0. `answer` is empty where it is too long."""

    at: int
    question: str
    answer: str
    # Lines of the question's own that belong to it, such as code.
    more: str = ""


def find_questions(page: Page) -> list[Question]:
    """The questions of a page, in order."""
    found: list[Question] = []
    taken: set[int] = set()
    asked = page.front.get("question")
    if isinstance(asked, str) and asked.strip():
        body = page.lines[page.start :]
        return [Question(page.start, " ".join(asked.split()), _answer(body))]
    for one in (*_details(page, taken), *_headed(page, taken)):
        found.append(one)
    return sorted(found, key=lambda one: one.at)


def add_cards(page: Page, found: list[Question], taken: set[str]) -> tuple[int, list[Question]]:
    """Write cards at the end of a page, so that no line moves; how many, and the questions too long for one."""
    made = 0
    for one in found:
        if not one.answer:
            continue
        stem = identify(plain(one.question))[:60].strip("-") or identify(page.target) or "question"
        name = unique(stem, taken)
        taken.add(name)
        made += 1
        page.lines += ["", *_card(one, name)]
    page.scan()
    return made, [one for one in found if not one.answer]


def _card(one: Question, name: str) -> list[str]:
    if one.more:
        front = ["/// front", one.question, "", *one.more.split("\n"), "///"]
        return ["/// card", f"    id: {name}", *front, *one.answer.split("\n"), "///"]
    return [f"/// card | {one.question}", f"    id: {name}", *one.answer.split("\n"), "///"]


def _headed(page: Page, taken: set[int]) -> list[Question]:
    """Headings that ask; what stands up to the next heading answers."""
    found = []
    every = headings(page)
    for number, one in enumerate(every):
        end = every[number + 1].first if number + 1 < len(every) else len(page.lines)
        asks = one.words.rstrip().endswith(_ASKS)
        if not asks or taken & set(range(one.first, end)):
            continue
        body = [line for line in page.lines[one.last + 1 : end] if not _NOTE.match(line)]
        if any(line.strip() for line in body):
            question = _NUMBERED.sub("", _typed(page, one.first)).strip()
            found.append(Question(one.first, question, _answer(body)))
    return found


def _typed(page: Page, at: int) -> str:
    line = re.sub(r"^\s*#{1,6}\s+|\s+#+\s*$|\s*\{[:#.][^{}]*\}\s*$", "", page.lines[at])
    return re.sub(r"</?h[1-6][^>]*>", "", line)


def _details(page: Page, taken: set[int]) -> list[Question]:
    found: list[Question] = []
    at = page.start
    while at < len(page.lines):
        if page.code[at] or not _DETAILS.search(page.lines[at]):
            at += 1
            continue
        end = next(
            (n for n in range(at, len(page.lines)) if "</details>" in page.lines[n].lower()), -1
        )
        if end < 0:
            return found
        text = "\n".join(page.lines[at : end + 1])
        summary = _SUMMARY.search(text)
        words = plain(summary[1]) if summary else ""
        body = text[summary.end() :].split("\n") if summary else text.split("\n")[1:]
        if words.endswith(_ASKS):
            question = _NUMBERED.sub("", plain_html(summary[1])) if summary else words
            found.append(Question(at, question, _answer(body)))
            taken |= set(range(at, end + 1))
        elif (asked := _before(page, at)) is not None:
            first, question, more = asked
            found.append(Question(first, question, _answer(body), more))
            taken |= set(range(first, end + 1))
        at = end + 1
    return found


def plain_html(text: str) -> str:
    """A summary without the tags that give it weight, on one line."""
    return " ".join(_TAG.sub("", text).split())


def _before(page: Page, at: int) -> tuple[int, str, str] | None:
    """The question before a `<details>`: its line, its words, and what of it follows, such as code or choices."""
    lowest = max(page.start, at - 60)
    for first in range(at - 1, lowest - 1, -1):
        line = page.lines[first]
        if page.code[first]:
            continue
        if "</details>" in line.lower() or line.strip() in ("---", "***"):
            return None
        words = plain(_typed(page, first))
        heading = line.lstrip().startswith("#")
        if words.endswith(_ASKS) or (heading and _NUMBERED.match(words)):
            more = "\n".join(page.lines[first + 1 : at]).strip("\n")
            question = _NUMBERED.sub("", _typed(page, first)).strip().rstrip("*")
            return first, question, more if more.strip() else ""
        if heading:
            return None
    return None


def _answer(body: list[str]) -> str:
    """What answers: the whole, or the blocks that it begins with; nothing where the first is too long for a card."""
    lines = [_FOOTNOTE.sub("", line) for line in _without_tags(body)]
    blocks = _blocks(lines)
    taken: list[str] = []
    for block in blocks:
        both = [*taken, "", *block] if taken else block
        words = sum(len(line.split()) for line in both)
        if words > MOST_WORDS or sum(bool(line.strip()) for line in both) > _MOST_LINES:
            break
        taken = both
    if not taken and blocks and not blocks[0][0].lstrip().startswith(_NO_SENTENCES):
        return _sentences(" ".join(line.strip() for line in blocks[0]))
    return "\n".join(taken)


def _sentences(text: str) -> str:
    """The sentences that a paragraph begins with, as far as a card has room."""
    taken = ""
    for match in _SENTENCE.finditer(text):
        if len(match[0].split()) + len(taken.split()) > MOST_WORDS:
            break
        taken += match[0]
    # A sentence that ends within a code span or a link ends nothing.
    return (
        taken.strip() if taken.count("`") % 2 == 0 and taken.count("[") == taken.count("]") else ""
    )


def _without_tags(body: list[str]) -> list[str]:
    made = []
    fenced = False
    for line in body:
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        if not fenced:
            line = _TAG.sub("", line).rstrip()
            if match := re.match(r"\s*#{1,6}\s+(.+?)\s*#*$", line):
                line = f"**{match[1].strip('*')}**"
            if line.strip() in ("---", "***", "===", "**\u2b06 Back to Top**"):
                line = ""
        made.append(line)
    return made


def _blocks(lines: list[str]) -> list[list[str]]:
    """Lines in groups that belong together: a fence is never taken apart."""
    blocks: list[list[str]] = [[]]
    fenced = False
    for line in lines:
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        if not line.strip() and not fenced:
            if blocks[-1]:
                blocks.append([])
            continue
        blocks[-1].append(line)
    return [block for block in blocks if block]
