"""Questions in a foreign text, and the cards that they become with `--cards`."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidepress.scaffold import Wishes, adopt
from guidepress.scaffold.books.page import Page
from guidepress.scaffold.books.questions import find_questions
from guidepress.scaffold.books.report import Report
from tests.project import run

TEXT = """# Quiz

## What is a cache?

A place for what is needed again. It is [fast](https://e.org).[^1]

Words that no card needs.

## No question

Text.

###### 1. What's the output?

```js
console.log(1 + "1")
```

- A: `2`
- B: `"11"`

<details><summary><b>Answer</b></summary>
<p>

#### Answer: B

A string wins.

</p>
</details>

<details>
<summary>Why is it slow?</summary><br><b>

It waits.
</b></details>

**Is this one?** It is text.

## What is empty?

[^1]: A note.
"""


def page(text: str, **front: str) -> Page:
    """A page as it is read."""
    made = Page("a.md", "a.md", text.split("\n"), Report(), front=dict(front))
    made.scan()
    return made


def test_what_asks() -> None:
    """Headings, summaries, and what stands before an answer that is folded away, with its code and choices."""
    found = find_questions(page(TEXT))
    assert [(one.at + 1, one.question) for one in found] == [
        (3, "What is a cache?"), (13, "What's the output?"), (32, "Why is it slow?")
    ]  # fmt: skip
    first, second, third = found
    assert first.answer.startswith("A place for what is needed again. It is [fast](https://e.org).")
    assert "[^1]" not in first.answer
    assert second.more == '```js\nconsole.log(1 + "1")\n```\n\n- A: `2`\n- B: `"11"`'
    assert second.answer == "**Answer: B**\n\nA string wins."
    assert third.answer == "It waits."


def test_file_that_is_an_answer() -> None:
    """`question:` in its front matter."""
    [found] = find_questions(page("It is a store.\n", question="What is a  cache?"))
    assert (found.question, found.answer) == ("What is a cache?", "It is a store.")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Short. " + "word " * 70, "Short."),
        ("word " * 70, ""),
        ("```\n" + "code\n" * 20 + "```", ""),
        ("- one\n- two\n\n" + "word " * 70, "- one\n- two"),
        ("See `a. b` now. Then " + "word " * 70 + ".", "See `a. b` now."),
    ],
)  # fmt: skip
def test_long_answers(answer: str, expected: str) -> None:
    """A card takes what it has room for; what cannot be cut makes no card."""
    [found] = find_questions(page(f"# A\n\n## What?\n\n{answer}\n"))
    assert found.answer == expected


def test_cards(tmp_path: Path) -> None:
    """They stand at the end of the file, with ids of their own, and are built; without the option they are counted."""
    book = tmp_path / "book"
    book.mkdir()
    (book / "a.md").write_text(TEXT)
    (book / "b.md").write_text(
        "# Other\n\n## What is a cache?\n\nSomething else.\n\n## How?\n\n" + "word " * 70
    )
    counted = adopt(tmp_path / "counted", book)
    assert "4 questions could be cards: `--cards` makes them" in counted.report
    made = adopt(tmp_path / "guide", book, Wishes(cards=True))
    assert "4 questions as cards" in made.report
    text = (tmp_path / "guide/source/chapters/a.md").read_text()
    assert text.startswith(TEXT)
    assert "/// card | What is a cache?\n    id: what-is-a-cache\n" in text
    assert "//// card\n    id: what-s-the-output\n/// front\nWhat's the output?\n\n```js\n" in text
    assert "id: what-is-a-cache-1" in (tmp_path / "guide/source/chapters/b.md").read_text()
    report = (tmp_path / "guide/ADOPTED.md").read_text()
    assert "a card, as the answer is too long for one: 1\n  - `b.md`:7" in report
    built = run("build", tmp_path / "guide", "--only", "deck", "--jobs", "1")
    assert built.status == 0, built.err
    assert "::error" not in run("check", tmp_path / "guide", "--format", "github").out


def test_cards_of_the_command_line(tmp_path: Path) -> None:
    """`new --from FOLDER --cards`."""
    book = tmp_path / "book"
    book.mkdir()
    (book / "a.md").write_text("# A\n\n## Why?\n\nBecause.\n")
    result = run("new", tmp_path / "guide", "--from", book, "--cards")
    assert "1 questions as cards" in result.out
