"""Layouts: a user's `layouts/NAME/` over the built-in one, file by file.

A layout is a folder with `layout.yaml` (settings) and templates. What a layout lacks comes from the layout that
its `extends:` names, in the end from `default`. Whatever is wrong in a layout becomes a diagnostic with the
template's file and line (codes `layout-…`); nothing here raises on what a designer wrote.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jinja2
import yaml

from guidepress.cache import Cache, digest
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, did_you_mean, error
from guidepress.layouts.compiled import Compiled
from guidepress.layouts.sandbox import PlainDataEnvironment, given
from guidepress.source.yaml import MAX_DEPTH, require_shallow
from guidepress.words import UnknownWord, Words

SETTINGS = "layout.yaml"
DEFAULT = "default"
_NAME = re.compile(r"\w[\w.-]*")
_compiled = Compiled()


class _Undefined(jinja2.StrictUndefined):
    """A name that a template asks for and nobody gave it; that of a word is called so."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        if isinstance(self._undefined_obj, Words):
            return str(UnknownWord(self._undefined_name))
        return str(super()._undefined_message)


@dataclass(frozen=True)
class Layout:
    """A layout, ready to render: its folders (the most specific first) and its merged settings.

    `project` is the folder that spans are relative to; `cache` keeps what is known of its fonts. Settings are
    layout.yaml's, those of the layouts it extends beneath them.
    """

    name: str
    folders: tuple[Path, ...]
    settings: Mapping[str, Any]
    project: Path | None = None
    cache: Cache = field(default_factory=lambda: Cache(None), repr=False, compare=False)
    _found: dict[str, Path | None] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def digest(self) -> str:
        """A digest of every file of the layout, by its name."""
        named = (
            (f"{level}/{path.relative_to(root).as_posix()}", path.read_bytes())
            for level, root in enumerate(self.folders)
            for path in sorted(root.rglob("*"))
            if path.is_file()
        )
        return digest(*(part for both in named for part in both))

    def path(self, name: str) -> Path | None:
        """The file that `name` (with forward slashes, such as `handbook/page.css`) stands for, if any."""
        if name not in self._found:
            self._found[name] = next(filter(None, (_inside(f, name) for f in self.folders)), None)
        return self._found[name]

    def layers(self, name: str) -> tuple[Path, ...]:
        """Every file that `name` stands for in one of the folders, the most specific last."""
        return tuple(filter(None, (_inside(folder, name) for folder in reversed(self.folders))))

    def files(self, folder: str, suffix: str) -> tuple[str, ...]:
        """Names of all files of a folder of the layout, through all layers, in alphabetical order."""
        found = {
            path.relative_to(root).as_posix()
            for root in self.folders
            for path in (root / folder).glob(f"*{suffix}")
        }
        return tuple(sorted(name for name in found if self.path(name) is not None))

    def span(self, path: Path, line: int = 0) -> Span:
        """A place in one of the layout's files; built-in files are named from `layouts/`."""
        for base in (self.project, builtin().parent):
            if base is not None and path.is_relative_to(base):
                name = path.relative_to(base).as_posix()
                return Span(name.replace("_layouts/", "layouts/", 1), line)
        return Span(path.as_posix(), line)

    @property
    def settings_span(self) -> Span | None:
        """The settings that come first, for problems with a value of theirs."""
        path = self.path(SETTINGS)
        return self.span(path) if path else None

    def render(self, name: str, context: Mapping[str, Any]) -> Diagnosed[str]:
        """The template `name` with `context`; strings are escaped unless they are Markup or marked safe."""
        try:
            return Diagnosed(self._environment.get_template(name).render(given(context)))
        except jinja2.TemplateError as problem:
            return Diagnosed(None, (self._problem(name, problem),))
        except (RecursionError, MemoryError) as problem:
            # Of a template that is nested too deep, includes or calls itself, or makes a text without an end.
            path = self.path(name)
            place = self._place(problem) or (self.span(path) if path else None)
            much = "memory" if isinstance(problem, MemoryError) else "levels of nesting"
            message = f"the template takes more {much} than there is"
            return Diagnosed(None, (error("layout-template", message, place),))
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as problem:
            # Raised by an expression of the template, such as a division by zero.
            if (place := self._place(problem)) is None:
                raise
            return Diagnosed(None, (error("layout-template", f"{problem}", place),))

    def stylesheets(
        self, names: Sequence[str], own: str, context: Mapping[str, Any]
    ) -> Diagnosed[tuple[str, ...]]:
        """The CSS texts of templates, in the order of the cascade.

        `own` comes last, where a project has it; the built-in layouts do not. It may be empty, for none.
        """
        there = [*names, *([own] if own and self.path(own) else [])]
        rendered = [self.render(name, context) for name in there]
        problems = tuple(d for sheet in rendered for d in sheet.diagnostics)
        return Diagnosed(None if problems else tuple(s.value or "" for s in rendered), problems)

    @cached_property
    def _environment(self) -> jinja2.Environment:
        return PlainDataEnvironment(
            loader=jinja2.FunctionLoader(self._load),
            undefined=_Undefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            bytecode_cache=_compiled,
        )

    def _load(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        if (path := self.path(name)) is None:
            return None
        try:
            return path.read_text(encoding="utf-8"), str(path), lambda: True
        except UnicodeDecodeError as problem:
            message = "the file is not UTF-8"
            raise jinja2.TemplateSyntaxError(message, 1, name, str(path)) from problem

    def _problem(self, name: str, problem: jinja2.TemplateError) -> Diagnostic:
        if isinstance(problem, jinja2.TemplateNotFound):
            missing = problem.name or name
            return error(
                "layout-file-missing",
                f"the layout `{self.name}` has no file `{missing}`",
                self._place(problem),
            )
        if isinstance(problem, jinja2.TemplateSyntaxError):
            span = self.span(Path(problem.filename), problem.lineno) if problem.filename else None
            return error("layout-template", problem.message or "bad template", span)
        return error("layout-template", problem.message or "bad template", self._place(problem))

    def _place(self, problem: BaseException) -> Span | None:
        """Where in a template it happened: Jinja rewrites tracebacks so that templates appear as files."""
        for frame in reversed(traceback.extract_tb(problem.__traceback__)):
            path = Path(frame.filename)
            if any(path.is_relative_to(folder) for folder in self.folders):
                return self.span(path, frame.lineno or 0)
        return None


def find_layout(
    name: str, project: Path | None = None, cache: Cache | None = None
) -> Diagnosed[Layout]:
    """The layout `name` of the project (its folder `layouts/`) or of guidepress.

    `cache` keeps what is known of its fonts.
    """
    folders: list[Path] = []
    settings: list[Mapping[str, Any]] = []
    problems: list[Diagnostic] = []
    seen: list[str] = []
    current = name
    # Where the layout is named that is looked for; whoever calls knows where the first one is.
    extending: Span | None = None
    while current:
        if current in seen:
            chain = " -> ".join([*seen, current])
            problems.append(
                error("layout-cycle", f"layouts extend each other in a circle: {chain}", extending)
            )
            break
        seen.append(current)
        found = [root / current for root in _roots(project) if _is_layout(root, current)]
        if not found:
            hints = did_you_mean(current, layout_names(project))
            problems.append(
                error("layout-unknown", f"there is no layout `{current}`", extending, hints=hints)
            )
            break
        base = ""
        for folder in found:
            read = _read_settings(_inside(folder, SETTINGS), project)
            problems += read.diagnostics
            content = dict(read.value or {})
            if (named := str(content.pop("extends", "") or "")) and not base:
                base, extending = named, Layout("", (), {}, project).span(folder / SETTINGS)
            folders.append(folder)
            settings.append(content)
        current = base or (DEFAULT if current != DEFAULT else "")
    if problems:
        return Diagnosed(None, tuple(problems))
    merged: Mapping[str, Any] = {}
    for layer in reversed(settings):
        merged = _merge(merged, layer)
    settled = MappingProxyType(dict(merged))
    return Diagnosed(Layout(name, tuple(folders), settled, project, cache or Cache(None)))


def layout_names(project: Path | None = None) -> tuple[str, ...]:
    """Every layout that can be named, in alphabetical order."""
    roots = [root for root in _roots(project) if root.is_dir()]
    names = {f.name for root in roots for f in root.iterdir() if _is_layout(root, f.name)}
    return tuple(sorted(names))


def _is_layout(root: Path, name: str) -> bool:
    """Whether `root` has a layout of that name. What `extends` says, or a link, could lead to any folder."""
    if not _NAME.fullmatch(name):
        return False
    folder = root / name
    # Of a project: a link to another of its folders is one of its own.
    whole = root if root == builtin() else root.parent
    return folder.is_dir() and folder.resolve().is_relative_to(whole.resolve())


def builtin() -> Path:
    """The built-in layouts: inside an installed package, or at the top of the source tree."""
    package = Path(__file__).parents[1]
    installed = package / "_layouts"
    return installed if installed.is_dir() else package.parents[1] / "layouts"


def _roots(project: Path | None) -> tuple[Path, ...]:
    own = project / "layouts" if project is not None else None
    built_in = builtin()
    # guidepress is itself a guide: its project's layouts are the built-in ones.
    same = own is not None and own.resolve() == built_in.resolve()
    return (built_in,) if own is None or same else (own, built_in)


def _inside(folder: Path, name: str) -> Path | None:
    """The file `name` in `folder`, unless it is missing or leads out of the folder."""
    path = folder / name
    if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
        return None
    return path


def _read_settings(path: Path | None, project: Path | None) -> Diagnosed[Mapping[str, Any]]:
    if path is None:
        return Diagnosed({})
    place = Layout("", (), {}, project).span
    try:
        text = path.read_text(encoding="utf-8")
        require_shallow(text, MAX_DEPTH)
        content = yaml.load(text, Loader=yaml.CSafeLoader)
    except UnicodeDecodeError:
        return Diagnosed(None, (error("layout-settings", "the file is not UTF-8", place(path)),))
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 0
        message = problem.problem or "not YAML"
        return Diagnosed(None, (error("layout-settings", message, place(path, line)),))
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        # The latter two from a date that is none, and from too many levels.
        return Diagnosed(None, (error("layout-settings", str(problem), place(path)),))
    if not isinstance(content or {}, dict):
        return Diagnosed(
            None, (error("layout-settings", "expected keys and values", place(path, 1)),)
        )
    return Diagnosed(content or {})


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid on `base`; mappings are merged key by key, anything else is replaced."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        both = isinstance(below, Mapping) and isinstance(value, Mapping)
        merged[key] = _merge(below, value) if both else value  # type: ignore[arg-type]
    return merged
