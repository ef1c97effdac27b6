"""Write what in docs/ is made from the code, between its marks: `.venv/bin/python docs/tables.py`."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import click

from guidepress.card_kinds import KINDS
from guidepress.cli import cli
from guidepress.lint.rule import Example, Rule
from guidepress.lint.rules import RULES
from guidepress.markdown.blocks.names import syntaxes
from guidepress.markdown.blocks.syntax import Syntax

DOCS = Path(__file__).parent
sys.path.append(str(DOCS))
import problems  # noqa: E402  beside this file


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    lines.insert(1, "|---" * len(head) + "|")
    return "\n".join(lines)


def rules() -> str:
    """The rules as docs/diagnostics.md has all problems."""
    return _codes((rule.code, rule.means, rule.remedy) for rule in RULES.values())


def codes() -> str:
    """The codes of guidepress's own, but for the rules'."""
    own = (one for name, group in problems.groups().items() if name != "engine" for one in group)
    return _codes((one.code, one.means, one.remedy) for one in sorted(own, key=lambda o: o.code))


def engine() -> str:
    """The codes of the layout engine."""
    return _codes((one.code, one.means, one.remedy) for one in problems.groups()["engine"])


def _codes(rows: Iterable[tuple[str, str, str]]) -> str:
    written = (
        (f"`{code}`", *(text.replace("|", "\\|") for text in texts)) for code, *texts in rows
    )
    return _table(("code", "what it means", "what to do"), written)


def explained() -> str:
    """Each code with its reasons and examples."""
    return "\n\n".join(
        part
        for name, group in problems.groups().items()
        for part in (f"## {problems.GROUPS[name]}", *(p for one in group for p in _explained(one)))
    )


def _explained(one: problems.Problem) -> Iterator[str]:
    yield f"### `{one.code}`"
    yield f"{one.means} {one.why}"
    if one.bad is None:
        yield f"{one.remedy} There is no example here: {one.none[0].lower()}{one.none[1:]}"
        return
    yield f"Wrong{_where(one)}:" if one.bad else f"Wrong: `guidepress {one.command}`."
    yield from _sources(one.bad)
    yield one.remedy
    if one.good:
        yield "Right:"
        yield from _sources(one.good)


def limits() -> str:
    """The rules for whoever writes cards."""
    rows = ((f"`{rule.code}`", rule.finds, rule.why) for rule in RULES.values())
    return _table(("code", "finds", "why"), rows)


def examples() -> str:
    """Each rule with its examples."""
    return "\n\n".join("\n\n".join(_section(rule)) for rule in RULES.values())


def _section(rule: Rule) -> Iterator[str]:
    yield f"## `{rule.code}`"
    yield f"{rule.means} What is found: {rule.finds}."
    yield f"Why: {rule.why}. {rule.remedy} To allow it at a card: `{rule.tag}`."
    yield "This breaks the rule:"
    yield from _example(rule.bad)
    yield "This does not:"
    yield from _example(rule.good)


def _where(one: problems.Problem) -> str:
    """What is to be there or to be done, besides the files of an example."""
    command = f"build --only {one.runs}" if one.runs else one.command.replace(" /", " ")
    found = f", as `guidepress {command}` finds" if command != "check" else ""
    return f"{found}, once the guide above was released" if one.released else found


def _sources(files: problems.Files) -> Iterator[str]:
    for name, content in files.items():
        if name != problems.CHAPTER:
            yield f"`{name.removeprefix('/')}`"
        if isinstance(content, bytes):
            yield f"(a file of {len(content)} bytes that are no text)"
        elif content in problems.MADE:
            yield f"({problems.MADE[content]})"
        elif not content:
            yield "(empty)"
        else:
            suffix = Path(name).suffix[1:]
            language = _LANGUAGES.get(suffix, "text") if name != problems.CHAPTER else "markdown"
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", content)), default=0))
            text = "".join(map(_shown, content.rstrip("\n")))
            yield f"{fence}{language}\n{text}\n{fence}"


_LANGUAGES = {
    "css": "css", "html": "html", "md": "markdown", "po": "po", "py": "python", "svg": "xml", "yaml": "yaml",
}  # fmt: skip


def _shown(character: str) -> str:
    """A character that has no picture, by its number."""
    unseen = unicodedata.category(character) in ("Cc", "Cf") and character != "\n"
    return f"[U+{ord(character):04X}]" if unseen else character


def _example(example: Example) -> Iterator[str]:
    yield f"````markdown\n{example.text}````"
    for name, text in example.files.items():
        yield f"with `{name}`"
        language = {"svg": "xml"}.get(kind := Path(name).suffix[1:], kind)
        yield f"````{language}\n{text}````"


def kinds() -> str:
    """The kinds of cards."""
    rows = ((kind.name, kind.written, kind.anki, kind.paper) for kind in KINDS.values())
    return _table(("kind", "how it is written", "cards in Anki", "on paper: front; back"), rows)


def commands() -> str:
    """Every command of the command line, with its arguments and options."""
    return "\n\n".join("\n\n".join(_command(path, one)) for path, one in _commands(cli, ()))


def _commands(
    group: click.Group, above: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from _commands(command, (*above, name))
        else:
            yield (*above, name), command


def _command(path: tuple[str, ...], command: click.Command) -> Iterator[str]:
    called = " ".join(("guidepress", *path))
    arguments = [
        p.make_metavar(click.Context(command))
        for p in command.params
        if isinstance(p, click.Argument)
    ]
    yield f"## `{called}`"
    yield command.help or ""
    yield f"    {' '.join((called, *arguments))}"
    options = [p for p in command.params if isinstance(p, click.Option)]
    if options:
        yield _table(("option", "what it does"), (_option(option, command) for option in options))


# What click calls types -> what people call them.
_METAVARS = {"INTEGER RANGE": "N", "INTEGER": "N", "TEXT": "NAME", "DIRECTORY": "DIR"}


def _option(option: click.Option, command: click.Command) -> tuple[str, str]:
    names = ", ".join((*option.opts, *option.secondary_opts))
    metavar = option.make_metavar(click.Context(command))
    value = "" if option.is_flag else f" {_METAVARS.get(metavar, metavar)}"
    return f"`{names}{value}`".replace("|", "\\|"), (option.help or "").replace("|", "\\|")


def blocks() -> str:
    """Every block, with how it is written and its options."""
    return "\n\n".join("\n\n".join(_block(block)) for block in syntaxes().values())


def _block(block: type[Syntax]) -> Iterator[str]:
    yield f"## `{block.NAME}`"
    yield block.ABOUT
    argument = "" if block.ARGUMENT is False else " | …" if block.ARGUMENT else " [| …]"
    yield f"    /// {block.NAME}{argument}"
    rows = ((f"`{name}`", one.about) for name, one in block.known_options().items())
    if block.known_options():
        yield _table(("option", "what it is for"), rows)


BLOCKS: Mapping[str, Callable[[], str]] = {
    "codes": codes,
    "rules": rules,
    "engine": engine,
    "explained": explained,
    "limits": limits,
    "examples": examples,
    "kinds": kinds,
    "commands": commands,
    "blocks": blocks,
}
PAGES = ("diagnostics.md", "deck.md", "rules.md", "commands.md", "blocks.md")
_BLOCK = re.compile(r"(<!-- tables\.py: (\w+) -->\n).*?(\n<!-- end -->)", re.DOTALL)


def renewed(text: str) -> str:
    """A page with its blocks as the code is now."""
    return _BLOCK.sub(lambda match: f"{match[1]}\n{BLOCKS[match[2]]()}\n{match[3]}", text)


def main() -> None:
    """Renew the pages."""
    for name in PAGES:
        page = DOCS / name
        page.write_text(renewed(page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
