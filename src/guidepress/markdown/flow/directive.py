"""Blocks between fences of slashes: `/// name | argument`, options right below, content, `///`.

The syntax is that of pymdownx.blocks, which leaves a block with a wrong name, a wrong option or no end as text
without a word. Here each of these is reported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from guidepress.diagnostics import Fix, Related, Span, did_you_mean, error, warning
from guidepress.markdown.blocks.names import syntaxes
from guidepress.markdown.blocks.syntax import Syntax
from guidepress.markdown.document import EDITION
from guidepress.markdown.flow.cursor import TAB, Cursor
from guidepress.markdown.flow.frame import Flow, Frame, Proceed, Rule, Started
from guidepress.markdown.instance import Instance
from guidepress.markdown.origin import Origin
from guidepress.source import yaml

_HEADER = re.compile(r"(/{3,})[ \t]*([A-Za-z][\w-]*)[ \t]*(?:(\|)[ \t]*(.*?)[ \t]*)?$")
_END = re.compile(r"(/{3,})[ \t]*$")
# What a line below a header cannot repeat: the markers of lists, notes and definitions, for which blanks stand.
_MARKER = re.compile(r"[^ \t>]")
_BLANKS = re.compile(r"[ \t]*")
# An option, as it differs from text at less than the indentation of code: names of options are in small letters.
_OPTION = re.compile(r"([a-z][a-z0-9_-]*):(?:[ \t]|$)")
_ID = re.compile(r"[ \t]*id[ \t]*:")
# A name of a block with its argument, and the bar between them forgotten.
_BARELESS = re.compile(r"(/{3,})[ \t]*([A-Za-z][\w-]*)(:?)[ \t]+(\S.*)$")


class Directive(Frame):
    """A block fence and what stands in it."""

    kind = "directive"
    lazy = False
    attached = False

    def __init__(
        self,
        rule: DirectiveRule,
        length: int,
        name: str,
        argument: str,
        span: Span,
        origin: Origin,
        below: Fix,
    ) -> None:
        super().__init__(Element("div"))
        self.rule = rule
        self.length = length
        self.name = name.lower()
        self.argument: str | None = argument or None
        # Where the header and its argument stand.
        self.span = span
        self.origin = origin
        # Opens a line below the header, inside of what the block stands in.
        self.below = below
        # How far the options are indented there, also in columns.
        self.indent = " " * TAB
        self.depth = TAB
        self.options: list[str] = []
        # Whether they are indented differently, of which YAML has little to say.
        self.uneven = False
        self.block: Syntax | None = None
        self.created: Element | None = None
        self.ended = False
        # What it and the blocks around it say of editions.
        self.conditions: tuple[int, ...] = ()

    def proceed(self, flow: Flow) -> Proceed:
        """Every line. `key: value` right below the header is an option, and so is what is indented like code."""
        cursor = flow.cursor
        if self.created is None:
            if not cursor.blank and self._is_option(cursor, flow):
                text = cursor.rest()
                if not self.options and (blanks := _BLANKS.match(text)):
                    self.indent, self.depth = blanks[0], cursor.indent
                # Spaces for what precedes the line, so that columns stay those of the file.
                self.options.append(" " * (cursor.shift + cursor.column) + text)
                return Proceed.TAKEN
            self.begin(flow)
        return Proceed.GO

    def _is_option(self, cursor: Cursor, flow: Flow) -> bool:
        """Whether a line right below the header, or below options, is one of them or goes on with one."""
        if cursor.indent >= TAB or (self.options and cursor.indent > self.depth):
            return True
        text = cursor.line[cursor.next :]
        match = _OPTION.match(text)
        if match is None:
            # YAML lets the items of a list stand right below their key.
            open_key = bool(self.options) and self.options[-1].rstrip().endswith(":")
            in_list = bool(self.options) and self.options[-1].lstrip().startswith("- ")
            return text.startswith("- ") and cursor.indent == self.depth and (open_key or in_list)
        kind = self.rule.blocks.get(self.name)
        if kind is None:
            return False
        known = kind.known_options()
        close = did_you_mean(match[1], known)
        if match[1] in known or close or cursor.indent:
            self.uneven = self.uneven or (bool(self.options) and cursor.indent != self.depth)
            return True
        span = Span(flow.file, *cursor.place(cursor.next), length=len(match[1]))
        message = f"this line is text: the block `{self.name}` has no option `{match[1]}`"
        hints = ("leave an empty line above it, so that it does not look like an option",)
        flow.report(warning("block-option-unknown", message, span, hints=hints))
        return False

    def close(self, flow: Flow) -> None:
        """End the block."""
        if self.created is None:
            self.begin(flow)
        if not self.ended and not self.excused:
            flow.report(
                error(
                    "block-unclosed",
                    f"this `{self.name}` block is never closed",
                    self.span,
                    hints=(f"end it with a line of `{'/' * self.length}`",),
                )
            )
        if self.block is not None and self.created is not None:
            self.block.on_end(self.created)

    def begin(self, flow: Flow) -> None:
        """Make the block's element, now that its options are known."""
        parent = self.parent.element
        for around in flow.stack[: flow.stack.index(self)]:
            if isinstance(around, Directive):
                self.conditions = around.conditions
        self.block = self._make(flow)
        if self.block is None:
            self.created = SubElement(parent, "div")
        else:
            condition = self.block.condition()
            if condition is not None:
                flow.state.conditions.append(condition)
                self.conditions += (len(flow.state.conditions) - 1,)
            self.block.conditions = self.conditions
            self.created = self.block.on_create(parent)
            if condition is not None:
                self.created.set(EDITION, str(self.conditions[-1]))
            self.element = self.block.on_add(self.created)
            flow.state.endings.append(partial(self.block.on_inline_end, self.created))
        if self.created.get("data-line") is None:
            self.created.set("data-line", str(self.span.line))
        if self.block is None:
            self.element = self.created

    def _make(self, flow: Flow) -> Syntax | None:
        """The block, or None with a problem reported."""
        blocks = self.rule.blocks
        kind = blocks.get(self.name)
        if kind is None:
            flow.report(
                error(
                    "block-unknown",
                    f"no block is called `{self.name}`",
                    self.span,
                    hints=did_you_mean(self.name, blocks)
                    or (f"known are {', '.join(sorted(blocks))}",),
                )
            )
            return None
        opened = replace(self.below, text=self.below.text + self.indent)
        block = kind(self.rule.md, self.span, self.origin, opened)
        if not self._argument_fits(block, flow):
            return None
        block.argument = self.argument
        block.options = self._read_options(block, flow)
        block.has_id = any(map(_ID.match, self.options))
        return block

    def _argument_fits(self, block: Syntax, flow: Flow) -> bool:
        if block.ARGUMENT and not self.argument:
            message = f"the block `{self.name}` needs {block.MEANING}"
            hints = (f"write `{'/' * self.length} {self.name} | …`",)
            flow.report(error("block-argument-missing", message, self.span, hints=hints))
            return False
        if block.ARGUMENT is False and self.argument:
            message = f"the block `{self.name}` takes no argument"
            flow.report(error("block-argument-unexpected", message, self.span))
            self.argument = None
        return True

    def _read_options(self, block: Syntax, flow: Flow) -> dict[str, Any]:
        spec = block.known_options()
        values = {name: option.default for name, option in spec.items()}
        if not self.options:
            return values
        loaded = yaml.load("\n".join(self.options), flow.file, self.span.line + 1)
        for problem in loaded.diagnostics:
            if self.uneven:
                message = "all options of a block are indented as far as the first one"
                problem = replace(problem, message=message)
            flow.report(replace(problem, code="block-option-invalid"))
        if loaded.value is None or loaded.value.value is None:
            return values
        given, index = loaded.value.value, loaded.value.index
        if not isinstance(given, dict):
            hints = ("leave a line empty above it, if this is code",)
            message = "indented lines below a block's header are options: `key: value`"
            flow.report(error("block-option-invalid", message, index.at(), hints=hints))
            return values
        for name, value in given.items():
            if name not in spec:
                message = f"the block `{self.name}` has no option `{name}`"
                close = did_you_mean(name, spec) or _known_options(spec)
                flow.report(error("block-option-unknown", message, index.key(name), hints=close))
                continue
            try:
                values[name] = spec[name].read(value)
            except (ValueError, TypeError) as problem:
                message = f"the option `{name}` does not fit: {problem}"
                flow.report(error("block-option-invalid", message, index.at(name)))
                continue
            block.option_spans[name] = index.at(name)
        return values


def _known_options(spec: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"known are {', '.join(sorted(spec))}",) if spec else ("it takes no options",)


class DirectiveRule(Rule):
    """A fence of three slashes or more: the start or the end of a block."""

    characters = "/"

    def __init__(self, md: Instance) -> None:
        super().__init__(md)
        self.blocks = syntaxes()

    def start(self, flow: Flow) -> Started:
        """Open a block, or close the one whose fence is as long."""
        cursor = flow.cursor
        if not cursor.line.startswith("///", cursor.next):
            return Started.NOTHING
        line, column = cursor.place(cursor.next)
        text = cursor.line[cursor.next :].rstrip(" \t")
        span = Span(flow.file, line, column, len(text))
        if match := _END.match(text):
            return self._end(match, span, flow)
        match = _HEADER.match(text) or self._bareless(text, span, flow)
        if match is None or flow.too_deep():
            return Started.NOTHING
        self._check_length(match, span, flow)
        origin = Origin(flow.file, ((line, column + max(0, match.start(4))),))
        argument = match[4] or ""
        end = Span(flow.file, *cursor.place(len(cursor.line)), length=0)
        margin = " " * cursor.shift + _MARKER.sub(" ", cursor.line[: cursor.next])
        below = Fix(end, f"\n{margin}")
        flow.enter(Directive(self, len(match[1]), match[2], argument, span, origin, below))
        return Started.LEAF

    def _end(self, match: re.Match[str], span: Span, flow: Flow) -> Started:
        length = len(match[1])
        for depth in range(flow.matched - 1, 0, -1):
            frame = flow.stack[depth]
            if isinstance(frame, Directive) and frame.length == length:
                frame.ended = True
                flow.close_from(depth)
                return Started.LEAF
        flow.report(
            error(
                "block-unopened",
                f"`{match[1]}` ends a block, and none with as many slashes is open here",
                span,
                hints=_open_fences(flow),
            )
        )
        return Started.NOTHING

    def _check_length(self, match: re.Match[str], span: Span, flow: Flow) -> None:
        """A block in a block needs a fence of another length, or their ends could be mistaken."""
        for frame in flow.stack[1 : flow.matched]:
            if isinstance(frame, Directive) and frame.length == len(match[1]) and not frame.excused:
                slashes = "/" * (frame.length + 1)
                flow.report(
                    error(
                        "block-unclosed",
                        f"the block `{match[2]}` starts inside this `{frame.name}` block with as many slashes",
                        frame.span,
                        hints=(
                            f"close the block before line {span.line} with `{match[1]}`",
                            f"or write `{slashes} {match[2]}` for the inner one",
                        ),
                        related=(Related(span, "starts here"),),
                    )
                )
                # Said once is enough.
                frame.excused = True

    def _bareless(self, text: str, span: Span, flow: Flow) -> re.Match[str] | None:
        """The header of a known block without its bar: reported, and read as if it were there."""
        match = _BARELESS.match(text)
        if match is None or match[2].lower() not in self.blocks:
            return None
        name = match[2].lower()
        message = f"the header of the block `{name}` needs a bar before its argument"
        meant = f"{match[1]} {name} | {match[4]}"
        fix = Fix(span, meant)
        hints = (f"write `{meant}`",)
        flow.report(error("block-header-invalid", message, span, hints=hints, fix=fix))
        return match


def _open_fences(flow: Flow) -> tuple[str, ...]:
    frames = [f for f in flow.stack if isinstance(f, Directive)]
    if not frames:
        return ("take it out, or open a block before",)
    frame = frames[-1]
    return (f"the `{frame.name}` block of line {frame.span.line} ends with `{'/' * frame.length}`",)
