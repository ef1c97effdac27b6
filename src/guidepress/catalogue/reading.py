"""A catalogue file -> what is to be built: each guide once, with its editions and its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from guidepress.catalogue.confined import variants_confined
from guidepress.catalogue.ownership import is_foreign
from guidepress.catalogue.task import Task
from guidepress.diagnostics import Diagnosed, Diagnostic, Related, did_you_mean, error
from guidepress.every_edition import Variant, variants
from guidepress.model.catalogue import Book, CatalogueFile
from guidepress.model.guide import MAIN
from guidepress.products import PRODUCTS
from guidepress.source.files import read_text
from guidepress.source.location import ALL, find
from guidepress.source.validation import validate
from guidepress.source.yaml import load

_PATTERN = re.compile(r"[*?\[]")


def read_catalogue(path: Path, untrusted: bool = False) -> Diagnosed[tuple[Task, ...]]:
    """What a catalogue asks for, by name; no value where anything in the file itself is wrong.

    With `untrusted`, strangers wrote all of its guides; else those of which the catalogue says so, and those that are
    not the user's own, of which it says nothing. That a guide cannot be built is no problem here. Errors: those of YAML
    files, `catalogue-guide`, `catalogue-duplicate`, `catalogue-language`, `catalogue-product`, `catalogue-recipients`.
    Raises OSError.
    """
    name = path.name
    text = read_text(path, name)
    loaded = load(text.value.text, name) if text.value else None
    if loaded is None or loaded.value is None:
        return Diagnosed(None, (*text.diagnostics, *(loaded.diagnostics if loaded else ())))
    file = validate(CatalogueFile, loaded.value)
    problems = [*loaded.diagnostics, *file.diagnostics]
    if file.value is None:
        return Diagnosed(None, tuple(problems))
    base = path.parent
    tasks: dict[str, Task] = {}
    for book in file.value.guides:
        problems += _wrong(book, base)
        for task in _tasks(book, base, base / file.value.out, untrusted, problems):
            if (first := tasks.setdefault(task.name, task)) is not task:
                problems.append(_twice(first, task))
    if problems:
        return Diagnosed(None, tuple(problems))
    return Diagnosed(tuple(tasks.values()))


def _tasks(
    book: Book, base: Path, out: Path, untrusted: bool, problems: list[Diagnostic]
) -> Iterator[Task]:
    span = book.span("guide")
    folders = _folders(book.guide, base)
    if not folders:
        there = [p.name for p in base.iterdir() if p.is_dir()] if base.is_dir() else []
        message = f"there is no guide at `{book.guide}`"
        hints = did_you_mean(book.guide, there)
        problems.append(error("catalogue-guide", message, span, hints=hints))
    if book.name and len(folders) > 1:
        message = f"`{book.guide}` finds {len(folders)} guides, and they cannot all be called `{book.name}`"
        problems.append(error("catalogue-guide", message, book.span("name")))
    wanted = tuple(product for product in PRODUCTS if product in book.only or not book.only)
    for folder in folders:
        foreign = untrusted or (is_foreign(folder) if book.untrusted is None else book.untrusted)
        editions = _editions(book, folder, wanted, foreign, problems)
        name = book.name or re.sub(r"[^\w.-]+", "-", folder.resolve().name).strip("-.") or "guide"
        yield Task(
            name,
            folder,
            out / name,
            editions,
            wanted,
            base / book.recipients if book.recipients else None,
            book.licence or "",
            span,
            foreign,
        )


def _editions(
    book: Book, folder: Path, products: Sequence[str], untrusted: bool, problems: list[Diagnostic]
) -> tuple[str, ...]:
    """The editions of a guide that an entry asks for; of all of them those that have one of the products."""
    named = book.editions or (ALL if book.languages else (MAIN,))
    if named != ALL and not book.languages:
        return tuple(named)
    # What is wrong with guide.yaml is reported where it is built.
    known = variants_confined(folder) if untrusted else variants(folder).value
    if known is None:
        return (MAIN,) if named == ALL else tuple(named)
    has = [name for name, one in known.items() if one.lacks(products) is None]
    wanted = tuple(has if named == ALL else named)
    if not book.languages:
        return wanted
    spoken = {one.language for one in known.values()}
    for number, language in enumerate(book.languages):
        if language not in spoken:
            message = f"no edition of `{folder.name}` is in the language `{language}`"
            hints = did_you_mean(language, spoken) or (
                f"`languages: [{language}]` in its guide.yaml makes it and its editions in that language",
            )
            span = book.span("languages", number)
            problems.append(error("catalogue-language", message, span, hints=hints))
    found = [name for of in wanted for name in _in_languages(of, known, book.languages)]
    return tuple(dict.fromkeys(found))


def _in_languages(
    wanted: str, known: Mapping[str, Variant], languages: Sequence[str]
) -> Iterator[str]:
    """An edition in each of the languages that there is it in."""
    for language in languages:
        yield from (
            name
            for name, one in known.items()
            if one.language == language and wanted in (name, one.of)
        )


def _folders(guide: str, base: Path) -> list[Path]:
    """The folders that a path or a pattern stands for; by a pattern only those with a guide in them."""
    if not _PATTERN.search(guide):
        return [base / guide] if (base / guide).is_dir() else []
    try:
        found = sorted(base.glob(guide))
    except (ValueError, NotImplementedError):  # such as `**x`, or an absolute one
        return []
    return [folder for folder in found if folder.is_dir() and find(folder).value is not None]


def _wrong(book: Book, base: Path) -> Iterator[Diagnostic]:
    for number, product in enumerate(book.only):
        if product not in PRODUCTS:
            hints = did_you_mean(product, PRODUCTS) or (f"there are: {', '.join(PRODUCTS)}",)
            message = f"there is no product `{product}`"
            yield error("catalogue-product", message, book.span("only", number), hints=hints)
    if book.recipients is not None:
        if not (base / book.recipients).is_file():
            message = f"there is no table of recipients `{book.recipients}`"
            yield error("catalogue-recipients", message, book.span("recipients"))
        elif book.only and "handbook" not in book.only:
            message = "recipients get copies of the handbook, which is not to be built"
            yield error("catalogue-recipients", message, book.span("recipients"))


def _twice(first: Task, task: Task) -> Diagnostic:
    message = f"two guides are called `{task.name}`: they would be built into one folder"
    related = (Related(first.span, "the other one"),)
    hints = ("give one of them another `name`",)
    return error("catalogue-duplicate", message, task.span, hints=hints, related=related)
