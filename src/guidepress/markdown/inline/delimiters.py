"""Emphasis, strong emphasis, strike-through and marks: runs of delimiters, paired by CommonMark's rules."""

from __future__ import annotations

import re

from guidepress.markdown.inline.characters import is_punctuation, is_space


class Run:
    """Delimiters in a row. `closers` and `openers` are the (tag, text) of elements that end and start here."""

    __slots__ = (
        "before", "can_close", "can_open", "character", "closers", "count", "next", "openers", "original",
    )  # fmt: skip

    def __init__(self, character: str, count: int, can_open: bool, can_close: bool) -> None:
        self.character = character
        self.count = count
        self.original = count
        self.can_open = can_open
        self.can_close = can_close
        self.closers: list[tuple[str, str]] = []
        self.openers: list[tuple[str, str]] = []
        self.before: Run | None = None
        self.next: Run | None = None


class RunStack:
    """The runs that may still open something, as a list linked both ways."""

    def __init__(self) -> None:
        self.top: Run | None = None

    def push(self, run: Run) -> None:
        """Add a run."""
        run.before = self.top
        if self.top is not None:
            self.top.next = run
        self.top = run

    def remove(self, run: Run) -> None:
        """Take a run out."""
        if run.before is not None:
            run.before.next = run.next
        if run.next is not None:
            run.next.before = run.before
        else:
            self.top = run.before


def resolve(stack: RunStack, bottom: Run | None) -> None:
    """Pair the runs above `bottom`, and take them off the stack."""
    # Where the search for an opener of a kind has failed before, it need not go again.
    lowest: dict[tuple[str, bool, int], Run | None] = {}
    closer = _above(stack, bottom)
    while closer is not None:
        following = closer.next
        if closer.can_close:
            kind = (closer.character, closer.can_open, closer.original % 3)
            floor = lowest.get(kind, bottom)
            opener = closer.before
            while opener is not None and opener is not bottom and opener is not floor:
                if _fits(opener, closer):
                    break
                opener = opener.before
            if opener is not None and opener is not bottom and opener is not floor:
                _pair(stack, opener, closer)
                if closer.count:
                    continue
                following = closer.next
                stack.remove(closer)
            else:
                lowest[kind] = closer.before
                if not closer.can_open:
                    stack.remove(closer)
        closer = following
    while stack.top is not None and stack.top is not bottom:
        stack.remove(stack.top)


def _above(stack: RunStack, bottom: Run | None) -> Run | None:
    """The lowest run above `bottom`."""
    run = stack.top
    if run is bottom:
        return None
    while run is not None and run.before is not bottom:
        run = run.before
    return run


def _fits(opener: Run, closer: Run) -> bool:
    if opener.character != closer.character or not opener.can_open:
        return False
    if closer.character in "~=":
        return opener.count == closer.count
    # CommonMark's "rule of three".
    both = opener.can_close or closer.can_open
    return not (
        both
        and (opener.original + closer.original) % 3 == 0
        and not (opener.original % 3 == 0 and closer.original % 3 == 0)
    )


def _pair(stack: RunStack, opener: Run, closer: Run) -> None:
    """Make an element of what stands between two runs; runs between them pair no more."""
    while closer.before is not opener:
        between = closer.before
        assert between is not None  # the opener stands below the closer
        stack.remove(between)
    character = closer.character
    if character in "~=":
        used, tag = closer.count, "del" if character == "~" else "mark"
    else:
        used = 2 if opener.count >= 2 and closer.count >= 2 else 1
        tag = "strong" if used == 2 else "em"
    opener.count -= used
    closer.count -= used
    opener.openers.append((tag, character * used))
    closer.closers.append((tag, character * used))
    if not opener.count:
        stack.remove(opener)


def run_at(text: str, at: int, pattern: re.Pattern[str]) -> tuple[int, Run]:
    """The run of delimiters at an offset, and the offset after it."""
    match = pattern.match(text, at)
    assert match is not None  # the rule starts at its own character
    end = match.end()
    before = text[at - 1] if at else ""
    after = text[end : end + 1]
    space_before, space_after = is_space(before), is_space(after)
    mark_before = not space_before and is_punctuation(before)
    mark_after = not space_after and is_punctuation(after)
    left = not space_after and (not mark_after or space_before or mark_before)
    right = not space_before and (not mark_before or space_after or mark_after)
    character = text[at]
    can_open, can_close = left, right
    if character == "_":
        can_open = left and (not right or mark_before)
        can_close = right and (not left or mark_after)
    elif character == "=":
        # `a==b` is an expression; scripts without spaces mark inside of what looks like a word.
        can_open = left and not (right and before.isascii() and before.isalnum())
    return end, Run(character, end - at, can_open, can_close)
