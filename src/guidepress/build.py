"""A build: source in, artifacts out. Each product by its own pipeline, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from pkgutil import resolve_name
from typing import TypeVar

import guidepress
from guidepress.artifacts import (
    MANIFEST,
    Staging,
    exclusive,
    recover,
    require_writable,
    sha256_of,
    write_atomically,
)
from guidepress.book.compiler import compile_book
from guidepress.book.dates import release_epoch
from guidepress.book.model import Book, Card
from guidepress.cache import Cache
from guidepress.console import Reporter
from guidepress.conversions import Conversions, Loading
from guidepress.deck.drafts import forget_drafts
from guidepress.deck.languages import DeckLanguage, Translation
from guidepress.deck.lock import MAIN, Lock, read_lock
from guidepress.deck.press import PlannedDeck, consumed, plan
from guidepress.deck.templates import FILES, LOOKS, Templates, look_path, templates_from
from guidepress.diagnostics import (
    Diagnosed,
    Diagnostic,
    Severity,
    Span,
    eased,
    error,
    has_errors,
    ordered,
    stops,
    warning,
)
from guidepress.garbage import uncollected
from guidepress.history import missing_lock
from guidepress.known_pages import HANDBOOK, KnownPages, keep, known_pages, source_digest
from guidepress.layouts import Layout, find_layout
from guidepress.layouts.words import check_words, layout_words, untranslated
from guidepress.lint.cards import check as check_cards
from guidepress.living import Living
from guidepress.maths import Drawings
from guidepress.maths import check as check_maths
from guidepress.model import Guide, GuideFile
from guidepress.model.editions import NO_EXAM
from guidepress.pdf.workers import Workers
from guidepress.product import File, Order, Pressed, Progress, may_leave
from guidepress.products import AHEAD, CHECKS, PRODUCTS, Pages, in_order, leave
from guidepress.release.kept import kept, lock_of
from guidepress.source.files import read_text
from guidepress.source.location import RELEASES
from guidepress.source.project import read_guide
from guidepress.up_to_date import BuildNote, tree

LOCK = "deck.lock"
# Sounds of a deck that was brought in, beside guide.yaml.
MEDIA = "media"
T = TypeVar("T")


@dataclass(slots=True)
class Report:
    """What a build found, and the artifacts it left; none where a problem stopped it.

    `sections` are what was laid out by itself, by all that it depends on.
    """

    diagnostics: tuple[Diagnostic, ...] = ()
    artifacts: list[Path] = field(default_factory=list)
    sections: frozenset[str] = frozenset()


@dataclass(slots=True)
class Source:
    """A guide as it was read, its layout, and the book it compiles to."""

    guide: Guide
    layout: Layout
    book: Book

    def give_up_cards(self) -> Iterator[Card]:
        """The cards of the book, which from now on has none; each is let go of when the next is asked for.

        Their trees are most of what a large deck is made from, and only the deck may want them.
        """
        cards, self.book = list(self.book.cards), replace(self.book, cards=())
        return consumed(cards)


@dataclass(frozen=True, slots=True)
class Plan:
    """The release as it is planned, and the files of the project that were read for it, with their hashes.

    `once` is what this build has to say and the next one will not; `before` is deck.lock as it was.
    """

    release: PlannedDeck
    read: Mapping[Path, str]
    before: bytes
    once: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Examined:
    """A guide that was looked through: its problems; its source if it can be read, its deck if it has no error."""

    diagnostics: tuple[Diagnostic, ...]
    source: Source | None = None
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class Fixing:
    """What makes a build a release.

    `lock` is what learners have, whatever deck.lock says of drafts since; None where they have nothing. Warnings stop
    it, but for codes that are `accepted`. `expected` are the SHA-256 hashes of files that were released already: an
    error (`release-exists`) where one comes out otherwise.
    """

    lock: Lock | None
    accepted: frozenset[str] = frozenset()
    expected: Mapping[str, str] = field(default_factory=dict)

    def stops(self, found: Iterable[Diagnostic]) -> bool:
        """Whether some problem is still open; an error always is."""
        return any(
            d.severity is Severity.ERROR
            or (d.severity is Severity.WARNING and d.code not in self.accepted)
            for d in found
        )

    def differing(self, files: Iterable[File]) -> Iterator[Diagnostic]:
        """An error for each file that is not as it was released."""
        for file in files:
            wanted = self.expected.get(file.name)
            if wanted not in (None, file.sha256):
                yield error(
                    "release-exists",
                    f"this edition has already been released with a different {file.name}: learners and schools could"
                    " not tell the two apart",
                    hints=("change `edition` and `date` in guide.yaml",),
                )


def compile_source(
    folder: Path,
    edition: str | None = None,
    cache: Cache | None = None,
    language: str | None = None,
    living: Living | None = None,
    workers: Workers | None = None,
    meanwhile: Callable[[Source], None] | None = None,
) -> Diagnosed[Source]:
    """The book of the project in `folder`, with every problem of its source.

    `language` is in place of the edition's own. `living` is what a process knows that has read the guide before. Of
    many chapters `workers` convert some. `meanwhile` is called when there is a book, before all problems are found.
    """
    cache = cache or Cache(None)
    with uncollected():
        source = read_source(folder, edition, cache, living, language, workers)
        if source.value is None:
            return source
        if meanwhile is not None and not source.failed:
            meanwhile(source.value)
        problems = [*source.diagnostics, *check_source(source.value, source.failed, cache)]
        return Diagnosed(source.value, ordered(problems))


def read_source(
    folder: Path,
    edition: str | None,
    cache: Cache,
    living: Living | None = None,
    language: str | None = None,
    workers: Workers | None = None,
) -> Diagnosed[Source]:
    """The book of the project in `folder`, with the problems met on the way to it: `check_source` finds the others.

    `living` is what a process knows that has read the guide before. Of many chapters `workers` convert some.
    """
    guide = read_guide(folder, edition, language, Loading(cache))
    if guide.value is None:
        return Diagnosed(None, ordered(guide.diagnostics))
    source = guide.value.source
    layout = _layout_of(source, folder, cache, living)
    problems = [*eased(guide.diagnostics, source.strictness), *layout.diagnostics]
    if layout.value is None:
        return Diagnosed(None, ordered(problems))
    problems += check_words(layout.value, source.language)
    problems += _english(source, layout.value, guide.value.brand.words)
    words = layout_words(layout.value, source.language, guide.value.brand.words)
    conversions = Conversions(cache)
    # Extensions may keep something from file to file.
    if workers is not None and not source.markdown.extensions:
        chapters = (
            *guide.value.front,
            *(c for p in guide.value.parts for c in p.chapters),
            *guide.value.back,
        )
        conversions.ahead({one.file: one.text for one in chapters}, workers)
    book = compile_book(guide.value, words, conversions, None if living is None else living.recall)
    conversions.keep()
    problems += eased(book.diagnostics, source.strictness)
    if book.value is None:
        return Diagnosed(None, ordered(problems))
    return Diagnosed(Source(guide.value, layout.value, book.value), ordered(problems))


def _english(source: GuideFile, layout: Layout, own: Mapping[str, str]) -> Iterator[Diagnostic]:
    """A note where products say English words in a guide of another language."""
    if lacking := untranslated(layout, source.language, own):
        yield Diagnostic(
            "words-untranslated",
            Severity.NOTE,
            f"{len(lacking)} of the words that products print are in English, such as `{lacking[0]}`:"
            f" nobody has translated them into `{source.language}`",
            source.span("language"),
            (
                f"write them into `layouts/{layout.name}/words/{source.language}.po`, or under `words` in brand.yaml",
            ),
        )


def check_source(source: Source, failed: bool, cache: Cache) -> tuple[Diagnostic, ...]:
    """What else is wrong with a book: its formulas and, unless it has `failed`, its cards."""
    drawn = check_maths(source.book.formulas, Drawings(cache))
    problems = tuple(eased(drawn, source.guide.source.strictness))
    if failed or has_errors(problems):
        return problems
    strictness = source.guide.source.strictness
    return (*problems, *eased(check_cards(source.book), strictness))


def deck_templates(source: Source) -> Diagnosed[Templates]:
    """What the layout of a guide contributes to its deck."""
    paths = {part: source.layout.path(f"deck/{file}") for part, file in FILES.items()}
    words = layout_words(source.layout, source.book.language, source.book.brand.words)
    options = source.guide.source.products.deck
    looks = source.layout.files(LOOKS, ".css")
    look = look_path(options.style, looks, options.span("style"))
    if look.value is None:
        return Diagnosed(None, look.diagnostics)
    return templates_from(paths, words, source.layout.path(look.value) if look.value else None)


def check(
    folder: Path,
    edition: str | None = None,
    cache: Cache | None = None,
    note: BuildNote | None = None,
) -> tuple[Diagnostic, ...]:
    """Every problem that can be found without laying out a page: what `Build` looks for before it does.

    A check that came to its end is remembered in `note`.
    """
    seen = examine(folder, edition, cache)
    if seen.source is not None and seen.plan is not None and note is not None:
        note.write({**_inputs(seen.source, folder), **seen.plan.read}, seen.diagnostics, ())
    return seen.diagnostics


def examine(folder: Path, edition: str | None = None, cache: Cache | None = None) -> Examined:
    """The guide in `folder` with every problem that can be found without laying out a page."""
    source = compile_source(folder, edition, cache)
    found = list(source.diagnostics)
    if source.value is None or has_errors(found):
        return Examined(source.diagnostics, source.value)
    planned = plan_deck(source.value, folder, edition, cache=cache)
    found += planned.diagnostics
    if planned.value is not None:
        found += (*planned.value.once, *planned.value.release.problems)
    found += check_products(source.value, CHECKS)
    return Examined(ordered(found), source.value, planned.value)


def _inputs(source: Source, folder: Path) -> dict[Path, str]:
    """The files that a source was compiled from, with their hashes."""
    read = {folder / name: hashed for name, hashed in source.guide.files}
    read |= {image.path: image.sha256 for image in source.book.images.values()}
    read |= {sound.path: sound.sha256 for sound in source.book.sounds.values()}
    read |= source.book.quoted
    read |= tree(source.layout.folders)
    return read


def check_products(source: Source, products: Iterable[str]) -> Iterator[Diagnostic]:
    """What is wrong with the settings of products that no page is needed to see."""
    for name in products:
        if name in CHECKS:
            look: Callable[[Guide, Book, Layout], Iterable[Diagnostic]] = resolve_name(CHECKS[name])
            yield from look(source.guide, source.book, source.layout)


def plan_deck(
    source: Source,
    folder: Path,
    edition: str | None = None,
    fixing: Fixing | None = None,
    only_deck: bool = False,
    cache: Cache | None = None,
) -> Diagnosed[Plan]:
    """What the deck of the project in `folder` will be, by its deck.lock, or by what `fixing` says learners have.

    Problems that are less than errors stay with the plan's `release`. `only_deck`: nothing else is made of the source,
    whose book gives up its cards.
    """
    others = deck_languages(source, folder, edition, cache)
    problems = list(others.diagnostics)
    read = {
        path: hashed for one in others.value or () for path, hashed in _inputs(one, folder).items()
    }
    path = source.guide.root / LOCK
    name = path.relative_to(folder).as_posix()
    lock: Lock | None = None
    templates = deck_templates(source)
    problems += templates.diagnostics
    if path.exists():
        file = read_text(path, name)
        problems += file.diagnostics
        if file.value is not None:
            read[path] = file.value.sha256
            found = read_lock(file.value.text, name)
            problems += found.diagnostics
            lock = found.value
    elif fixing is None and (gone := missing_lock(folder, path)) is not None:
        problems.append(gone)
    if templates.value is None or others.value is None or has_errors(problems):
        return Diagnosed(None, tuple(problems))
    translations = [translation_of(one) for one in others.value]
    once: tuple[Diagnostic, ...] = ()
    if lock is not None and fixing is None:
        given = _Given(source, folder, lock)
        settled = forget_drafts(source.book, lock, given.lock, name, translations)
        lock, once = settled.value, settled.diagnostics
        read |= tree(given.decks)
    cards = source.give_up_cards() if only_deck else None
    if only_deck:
        translations = [translation_of(one, give_up=True) for one in others.value]
    planned = plan(
        source.book,
        fixing.lock if fixing else lock,
        templates.value,
        released=release_epoch(source.book.date),
        release=fixing is not None,
        edition=edition or MAIN,
        media=source.guide.root / MEDIA,
        cards=cards,
        translations=translations,
    )
    if planned.failed:
        # What is less than an error is reported by the deck, if there is to be one.
        placed = (_placed(problem, source) for problem in planned.problems)
        return Diagnosed(None, (*problems, *placed))
    read |= tree([source.guide.root / MEDIA])
    before = path.read_bytes() if path.exists() else b""
    return Diagnosed(Plan(planned, read, before, once), tuple(problems))


def deck_languages(
    source: Source, folder: Path, edition: str | None, cache: Cache | None
) -> Diagnosed[list[Source]]:
    """The guide in the other languages that its deck holds, in order. An edition in another language has none.

    Problems: `deck-language`, and those of the translations.
    """
    guide = source.guide
    wanted = guide.source.products.deck.languages
    if guide.active.translation or source.book.exam is not None:
        wanted = ()
    found: list[Source] = []
    problems: list[Diagnostic] = []
    for number, language in enumerate(wanted):
        if language == guide.source.language:
            continue
        place = guide.root / language
        if not place.is_dir():
            span = guide.source.span("products", "deck", "languages", number)
            hints = (f"`guidepress translate export --language {language}` begins it",)
            name = place.relative_to(folder).as_posix()
            message = (
                f"the deck needs a translation into `{language}`: the folder {name}/ is missing"
            )
            problems.append(error("deck-language", message, span, hints=hints))
            continue
        read = compile_source(folder, edition, cache, language)
        problems += read.diagnostics
        if read.value is not None:
            found.append(read.value)
    if has_errors(problems):
        return Diagnosed(None, tuple(problems))
    return Diagnosed(found, tuple(problems))


def translation_of(source: Source, give_up: bool = False) -> Translation:
    """A translated guide as the deck takes it; `give_up`: nothing else is made of it."""
    templates = deck_templates(source).value
    assert templates is not None, "those of the guide itself were read"
    language = DeckLanguage(source.book.language, own=False)
    cards = source.give_up_cards() if give_up else None
    return Translation(language, source.book, templates, cards)


@dataclass(slots=True)
class _Given:
    """What learners of a guide have, going by the decks in `releases/`; `decks` are those that were read for it."""

    source: Source
    folder: Path
    now: Lock
    decks: list[Path] = field(default_factory=list)

    def lock(self) -> Diagnosed[Lock]:
        """The lock of what was released last: an empty one where nothing was."""
        releases = kept(self.folder)
        if not releases:
            return Diagnosed(Lock(self.now.guide, 0))
        self.decks += [one.deck for one in releases]
        return lock_of(releases, self.now.guide, self.source.guide.source.editions, self.now)


def _placed(problem: Diagnostic, source: Source) -> Diagnostic:
    """A problem of the deck, at the line of guide.yaml that it is about."""
    if problem.code != "lock-guide" or problem.span is not None:
        return problem
    return replace(problem, span=source.guide.source.span("id"))


def _layout_of(
    source: GuideFile, folder: Path, cache: Cache, living: Living | None
) -> Diagnosed[Layout]:
    """The layout that a guide names; that there is none is a problem of the line that names it."""
    found = find_layout(source.products.handbook.layout, folder, cache)
    span = source.span("products", "handbook", "layout")
    problems = (d if d.span else replace(d, span=span) for d in found.diagnostics)
    layout = found.value
    if layout is not None and living is not None:
        layout = living.layout(layout)
    return Diagnosed(layout, tuple(problems))


def calibration(folder: Path, target: Path) -> tuple[tuple[Diagnostic, ...], bool]:
    """Write the calibration sheet for the guide's card sheets; the problems, and whether it was written."""
    from guidepress.cards.calibration import calibrate
    from guidepress.cards.options import options_of

    source = compile_source(folder)
    if source.value is None:
        return source.diagnostics, False
    book = source.value.book
    sheet = calibrate(
        source.value.layout, options_of(book.sheets), language=book.language, brand=book.brand
    )
    if sheet.value is not None and not sheet.failed:
        write_atomically(target, sheet.value)
    return sheet.diagnostics, sheet.value is not None and not sheet.failed


def _empty(guide: GuideFile, product: str) -> Diagnostic:
    """A warning for a product that was asked for by name and has no file."""
    hint = "the guide has nothing to put into it"
    if getattr(guide.products, product, None) is False:
        hint = f"write `products: {{{product}: true}}` in guide.yaml"
    message = f"the guide has no `{product}`: nothing was made for `--only {product}`"
    return warning("product-empty", message, guide.span("products"), hints=(hint,))


def _no_exam(source: Source) -> Diagnostic:
    guide = source.guide.source
    span = guide.editions[source.guide.active.name].span()
    return error("exam-handbook", NO_EXAM, span)


def _first(lock: Path, folder: Path) -> Diagnostic:
    return Diagnostic(
        "lock-new",
        Severity.NOTE,
        "this is the first build of the deck; commit deck.lock, which holds every card's identity from now on",
        Span(lock.relative_to(folder).as_posix()),
    )


@dataclass(slots=True)
class Build:
    """One build of the project in `folder` into `out`.

    `only` names the products that are wanted. `workers` lay out the pages. What `cache` holds is not made again;
    `note` is where the finished build is remembered. `fixing` makes it a release. `pages` says where products that
    cite the handbook take its page numbers from, where it is not wanted itself. `living` is what this process knows of
    the guide from builds before.
    """

    folder: Path
    out: Path
    only: Sequence[str]
    edition: str | None
    workers: Workers
    strict: bool
    cache: Cache
    note: BuildNote
    reporter: Reporter
    fixing: Fixing | None = None
    pages: Pages = "fresh"
    living: Living | None = None
    _found: list[Diagnostic] = field(default_factory=list)
    # What is so in this build only, and not said again while it stands.
    _once: list[Diagnostic] = field(default_factory=list)
    _strictness: str = "release"

    def run(self) -> Report:
        """Press the products.

        Raises OSError where the machine fails (a missing library, a full disk); `out` is then as before.
        """
        while (report := self._attempt()) is None:
            # Another build has written deck.lock meanwhile, so this one has to go by it.
            self._found.clear()
            self._once.clear()
        return report

    def _attempt(self) -> Report | None:
        """Press the products; None where deck.lock is another by now."""
        recover(self.out)
        self.reporter.step("reading the source")
        compiled = compile_source(
            self.folder, self.edition, self.cache,
            living=self.living, workers=self.workers, meanwhile=self._begin,
        )  # fmt: skip
        source = self._take(compiled)
        if source is None or self._stopped():
            return self._report()
        if source.book.exam is not None:
            if "handbook" not in self.only:
                self._found.append(_no_exam(source))
                return self._report()
            self.only = ["handbook"]
        layout = source.layout
        self._strictness = source.guide.source.strictness
        recover(source.guide.root)
        read = _inputs(source, self.folder)
        plan = self._plan(source)
        if plan is None or self._stopped():
            return self._report()
        if self.fixing is not None and not ("deck" in self.only and plan.release.notes):
            message = "a release is what learners import, and there is no card in this one"
            self._found.append(error("release-empty", message))
            return self._report()
        read |= plan.read
        root = source.guide.root
        # Not after minutes of work.
        require_writable(self.out)
        if "deck" in self.only:
            made_lock, _ = plan.release.lock_files
            if sha256_of(made_lock) != plan.read.get(root / LOCK):
                require_writable(root)
        # Of the lock and of released decks the pages show the news, and no more.
        lock_or_deck = (root / LOCK, self.folder / RELEASES)
        cited = {p: h for p, h in read.items() if not any(map(p.is_relative_to, lock_or_deck))}
        digest = source_digest(self.folder, cited, plan.release.news, self.edition)
        known = self._known_pages(source.book, digest)
        made = self._press(source, layout, plan, digest, known)
        if made is None:
            return self._report()
        files = [file for pressed in made for file in pressed.files]
        if self.fixing is not None:
            self._found.extend(self.fixing.differing(files))
            if self._stopped():
                return self._report()
        lock = next((pressed.lock for pressed in made if pressed.lock is not None), None)
        self.reporter.step("writing")
        self.out.mkdir(parents=True, exist_ok=True)
        with exclusive(root, self.out), Staging(self.out) as staging:
            for file in files:
                made_from = {"source": digest} if file.name == HANDBOOK else {}
                staging.add(file.name, file.data, **file.facts, **made_from)
            staging.prepare(
                {
                    "generator": f"guidepress {guidepress.__version__}",
                    "guide": source.book.id,
                    "title": source.book.title,
                    "edition": source.book.edition,
                },
                ours=partial(leave, self.only),
            )
            if lock is not None:
                # Before the deck: one that came out without its lock would cost learners their progress later. And
                # when all else is on the disk: a lock without its deck would count as a release.
                kept = self._keep_lock(root / LOCK, plan.read.get(root / LOCK), lock)
                if kept is None:
                    return None
                read |= kept
                if root / LOCK not in plan.read:
                    self._once.append(_first(root / LOCK, self.folder))
            staging.publish()
        written = [*(self.out / file.name for file in files), self.out / MANIFEST]
        sections = frozenset().union(*(pressed.sections for pressed in made))
        report = Report(ordered((*self._found, *self._once)), written, sections)
        # Where pages are not known, the next build looks for them again.
        if known is None or known.exact:
            self.note.write(read, ordered(self._found), written)
        self.cache.prune()
        return report

    def _begin(self, source: Source) -> None:
        """Have workers begin with what products will want of them, whatever is still to be found."""
        given = () if self.pages == "fresh" or "handbook" in self.only else ("handbook",)
        if source.book.exam is not None:
            return
        for product in in_order(self.only, given):
            if product.name in AHEAD:
                begin: Callable[[Book, Layout, Workers, Cache], None] = resolve_name(
                    AHEAD[product.name]
                )
                begin(source.book, source.layout, self.workers, self.cache)

    def _plan(self, source: Source) -> Plan | None:
        """What the deck will be: the handbook lists what is new in it, even where no deck is wanted."""
        only_deck = list(self.only) == ["deck"] and self.pages != "fresh"
        found = plan_deck(source, self.folder, self.edition, self.fixing, only_deck, self.cache)
        plan = self._take(found)
        if plan is not None:
            self._once.extend(plan.once)
            products = [product.name for product in in_order(self.only)]
            self._found.extend(check_products(source, products))
        return plan

    def _known_pages(self, book: Book, digest: str) -> KnownPages | None:
        """The pages of the handbook where it is not laid out; None where it is."""
        if self.pages == "fresh" or "handbook" in self.only:
            return None
        if self.pages == "none":
            return KnownPages(exact=True)
        known = known_pages(self.cache, digest, self.out, book.id, book.edition)
        self._found.extend(known.problems)
        return known

    def _press(
        self, source: Source, layout: Layout, plan: Plan, digest: str, known: KnownPages | None
    ) -> list[Pressed] | None:
        """Every wanted product; None where a problem stopped one.

        What a product needs is pressed even where it is not wanted, but for a handbook whose pages are `known`: deck
        and cards cite them.
        """
        if self._stopped():
            return None
        pressed = {} if known is None else {"handbook": Pressed(folios=known.folios)}
        for product in in_order(self.only, pressed):
            order = Order(
                source.book,
                layout,
                self.folder,
                plan.release,
                self.workers,
                self.cache,
                self._step(f"pressing the {product.name}"),
                {name: pressed[name] for name in product.needs},
            )
            done = self._take(product.press(order))
            by_name = len(self.only) < len(PRODUCTS) and product.name in self.only
            if done is not None and by_name and not done.files:
                self._found.append(_empty(source.guide.source, product.name))
            if done is None or self._stopped():
                return None
            assert all(may_leave(file.name, product.files) for file in done.files)
            pressed[product.name] = done
        if known is None and "handbook" in pressed:
            keep(self.cache, digest, pressed["handbook"].folios)
        return [pressed[name] for name in self.only]

    def _keep_lock(self, path: Path, before: str | None, lock: Path) -> dict[Path, str] | None:
        """Write deck.lock, where it says anything new; the lock as an input of the next build.

        None, and nothing is written, where it is not what it was when it was read (`before`, its hash).
        """
        now = tree([path])
        if now.get(path) != sha256_of(lock):
            if now.get(path) != before:
                return None
            write_atomically(path, lock)
        return tree([path])

    def _step(self, name: str) -> Progress:
        def step(done: int, total: int) -> None:
            self.reporter.step(name, done, total)

        return step

    def _take(self, diagnosed: Diagnosed[T]) -> T | None:
        self._found.extend(eased(diagnosed.diagnostics, self._strictness))
        return diagnosed.value

    def _stopped(self) -> bool:
        if self.fixing is not None:
            return self.fixing.stops(self._found)
        return stops(self._found, self.strict)

    def _report(self) -> Report:
        return Report(ordered(self._found))
