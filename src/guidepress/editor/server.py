"""The language server: the protocol's requests, answered from what is known of the guide. Nothing is decided here."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from lsprotocol import types as lsp
from pygls import uris
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

import guidepress
from guidepress.cache import own_folder
from guidepress.diagnostics import Diagnostic, Severity, Span
from guidepress.editor.actions import QuickFix, quick_fixes
from guidepress.editor.answers import Place, complete, definition, hover
from guidepress.editor.desk import Desk, Examiner, Held, folder_of
from guidepress.editor.positions import Text
from guidepress.editor.renaming import Refused, Renaming, subject
from guidepress.memory import MemoryCache

_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.NOTE: lsp.DiagnosticSeverity.Information,
}
_KINDS = {
    "block": lsp.CompletionItemKind.Class,
    "option": lsp.CompletionItemKind.Property,
    "key": lsp.CompletionItemKind.Property,
    "value": lsp.CompletionItemKind.EnumMember,
    "tag": lsp.CompletionItemKind.Keyword,
    "folder": lsp.CompletionItemKind.Folder,
    "file": lsp.CompletionItemKind.File,
    "image": lsp.CompletionItemKind.File,
    "variable": lsp.CompletionItemKind.Variable,
}
SOURCE = "guidepress"
FIX_ALL = f"{lsp.CodeActionKind.SourceFixAll.value}.guidepress"


class GuideServer(LanguageServer):
    """One server for all guides that an editor has files of."""

    def __init__(self) -> None:
        # Whole texts: parts of them would be counted in lines that the protocol does not know.
        super().__init__(SOURCE, guidepress.__version__, lsp.TextDocumentSyncKind.Full)
        self.desks: dict[Path, Desk] = {}
        self.edition: str | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        self.examiner = Examiner(lambda: self.held, self._examined)
        # What the editor holds. Replaced as a whole, never changed: the examiner reads it in a thread of its own.
        self.held: Held = {}

    def desk(self, uri: str) -> Desk | None:
        """The guide that a file belongs to."""
        path = _path(uri)
        located = folder_of(path) if path else None
        if located is None:
            return None
        project, root = located
        if project not in self.desks:
            self.desks[project] = Desk(project, root, MemoryCache(_place()), self.edition)
        return self.desks[project]

    def hold(self, uri: str) -> None:
        """Take note of a text that the editor holds, and look its guide through."""
        path = _path(uri)
        if path is None:
            return
        document = self.workspace.get_text_document(uri)
        self.held = {**self.held, path: (document.source, document.version)}
        self.look(uri)

    def let_go(self, uri: str) -> None:
        """Go by the file again."""
        path = _path(uri)
        self.held = {other: text for other, text in self.held.items() if other != path}
        self.look(uri)

    def look(self, uri: str) -> None:
        """Have the guide of a file looked through."""
        if (desk := self.desk(uri)) is not None:
            self.examiner.want(desk)

    def text(self, desk: Desk, name: str, held: Held | None = None) -> Text:
        """A file of a guide, counted as the client counts."""
        encoding = str(
            getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding)
        )
        return Text(desk.text(name, self.held if held is None else held), encoding)

    def place(self, uri: str, position: lsp.Position) -> Place | None:
        """The cursor, where its file belongs to a guide that could be read."""
        desk, path = self.desk(uri), _path(uri)
        if desk is None or desk.known is None or path is None or not (name := desk.name(path)):
            return None
        text = self.text(desk, name)
        return Place(desk.known, name, text.lines, *text.place(position))

    def _examined(self, desk: Desk) -> None:
        assert self.loop is not None, "the examiner starts with the first request"
        self.loop.call_soon_threadsafe(self._publish, desk)

    def _publish(self, desk: Desk) -> None:
        """Tell the editor of the problems of a guide, file by file, and where there are none any more."""
        by_file: dict[str, list[Diagnostic]] = {}
        for problem in desk.examined.diagnostics:
            name = problem.span.file if problem.span else desk.name(desk.root / "guide.yaml")
            by_file.setdefault(name, []).append(problem)
        # Of open files it is said, too, that there is nothing wrong with them as they are.
        opened = {
            desk.name(path) for path in desk.texts if folder_of(path) == (desk.folder, desk.root)
        }
        for name in sorted(desk.told | set(by_file) | opened):
            text = self.text(desk, name, desk.texts)
            path = (desk.folder / name).resolve()
            found = [self._diagnostic(desk, text, problem) for problem in by_file.get(name, ())]
            version = desk.texts[path][1] if path in desk.texts else None
            self.text_document_publish_diagnostics(
                lsp.PublishDiagnosticsParams(path.as_uri(), found, version)
            )
        desk.told = set(by_file)

    def _diagnostic(self, desk: Desk, text: Text, problem: Diagnostic) -> lsp.Diagnostic:
        related = [
            lsp.DiagnosticRelatedInformation(self.location(desk, one.span), one.message)
            for one in problem.related
        ]
        message = "\n".join((problem.message, *problem.hints))
        span = problem.span or Span("")
        return lsp.Diagnostic(
            text.range(span), message, _SEVERITIES[problem.severity], problem.code,
            source=SOURCE, related_information=related or None,
        )  # fmt: skip

    def location(self, desk: Desk, span: Span) -> lsp.Location:
        """A place in a file of a guide."""
        uri = (desk.folder / span.file).resolve().as_uri()
        return lsp.Location(uri, self.text(desk, span.file).range(span))

    def edits(
        self, desk: Desk, name: str, edits: Sequence[tuple[Span, str]]
    ) -> lsp.TextDocumentEdit:
        """Edits of a file as the protocol has them; of an open one for the version that is open."""
        path = (desk.folder / name).resolve()
        text = self.text(desk, name)
        version = self.held[path][1] if path in self.held else None
        identifier = lsp.OptionalVersionedTextDocumentIdentifier(path.as_uri(), version)
        return lsp.TextDocumentEdit(
            identifier, [lsp.TextEdit(text.range(span), new) for span, new in edits]
        )


def _place() -> Path | None:
    """Where what was made is kept; None, which costs time only, where other users may write it."""
    try:
        return own_folder()
    except PermissionError:
        return None


def _path(uri: str) -> Path | None:
    path = uris.to_fs_path(uri)
    return Path(path).resolve() if path and uri.startswith("file:") else None


def serve() -> None:
    """Answer an editor on standard input and output until it says goodbye."""
    # A copy: pygls closes what it writes to, and Python complains at its end of a standard output that is closed.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        made().start_io(stdout=out)


def made() -> GuideServer:
    """A server with all that it answers."""
    server = GuideServer()
    for register in (_documents, _answers, _changes):
        register(server)
    return server


def _documents(server: GuideServer) -> None:
    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        options = params.initialization_options
        if isinstance(options, dict) and isinstance(options.get("edition"), str):
            server.edition = options["edition"]
        server.loop = asyncio.get_running_loop()
        server.examiner.start()

    @server.feature(lsp.SHUTDOWN)
    def shutdown(_: None) -> None:
        server.examiner.stop()

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        server.hold(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        server.hold(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        server.look(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        server.let_go(params.text_document.uri)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(params: lsp.DidChangeWatchedFilesParams) -> None:
        for change in params.changes:
            server.look(change.uri)


def _answers(server: GuideServer) -> None:
    triggers = ["#", "(", "/", "|", " ", ":", "{", "[", "-"]

    @server.feature(
        lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=triggers)
    )
    def completion(params: lsp.CompletionParams) -> lsp.CompletionList | None:
        place = server.place(params.text_document.uri, params.position)
        if place is None:
            return None
        desk = server.desk(params.text_document.uri)
        assert desk is not None
        text = server.text(desk, place.name)
        items = []
        for offer in complete(place):
            edit = lsp.TextEdit(
                lsp.Range(text.position(place.line, offer.start), params.position), offer.text
            )
            items.append(
                lsp.CompletionItem(
                    offer.text.strip().rstrip(":|").rstrip(),
                    kind=_KINDS.get(offer.kind, lsp.CompletionItemKind.Reference),
                    detail=offer.detail or offer.kind or None,
                    documentation=lsp.MarkupContent(lsp.MarkupKind.Markdown, offer.about) if offer.about else None,
                    filter_text=offer.text.strip(),
                    sort_text=f"{0 if offer.first else 1}{offer.text}",
                    text_edit=edit,
                )
            )  # fmt: skip
        return lsp.CompletionList(is_incomplete=False, items=items)

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hovered(params: lsp.HoverParams) -> lsp.Hover | None:
        place = server.place(params.text_document.uri, params.position)
        told = hover(place) if place else None
        if place is None or told is None:
            return None
        desk = server.desk(params.text_document.uri)
        assert desk is not None
        span = Span(place.name, place.line, told.start, told.length)
        content = lsp.MarkupContent(lsp.MarkupKind.Markdown, told.text)
        return lsp.Hover(content, server.text(desk, place.name).range(span))

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def defined(params: lsp.DefinitionParams) -> lsp.Location | None:
        place = server.place(params.text_document.uri, params.position)
        named = definition(place) if place else None
        desk = server.desk(params.text_document.uri)
        if named is None or named.span is None or desk is None:
            return None
        return server.location(desk, named.span)


def _changes(server: GuideServer) -> None:
    kinds = [lsp.CodeActionKind.QuickFix, FIX_ALL]

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=kinds))
    def acted(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        desk, path = server.desk(params.text_document.uri), _path(params.text_document.uri)
        if desk is None or path is None or desk.texts.get(path) != server.held.get(path):
            # What is known is of another text; the editor asks again when it has the problems of this one.
            return []
        name, only = desk.name(path), params.context.only
        text = server.text(desk, name)
        end = re.search(r"\r\n|\r|\n", text.text)
        found = list(
            quick_fixes(desk.examined.diagnostics, name, text.lines, end[0] if end else "\n")
        )
        actions = []
        if only is None or any(str(getattr(k, "value", k)).startswith("quickfix") for k in only):
            actions += [
                _action(server, desk, text, one)
                for one in found
                if _touches(text, one, params.range)
            ]
        sure = [one for one in found if one.sure]
        if sure and any(FIX_ALL.startswith(str(getattr(k, "value", k))) for k in only or ()):
            edit = server.edits(desk, name, [(one.span, one.text) for one in sure])
            title = "Correct what needs no decision"
            actions.append(
                lsp.CodeAction(title, FIX_ALL, edit=lsp.WorkspaceEdit(document_changes=[edit]))
            )
        return actions

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepared(params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
        place = server.place(params.text_document.uri, params.position)
        found = subject(place) if place else None
        desk = server.desk(params.text_document.uri)
        if place is None or found is None or desk is None:
            return None
        return lsp.PrepareRenamePlaceholder(
            server.text(desk, place.name).range(found.span), found.name
        )

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    @server.thread()
    def renamed(params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        place = server.place(params.text_document.uri, params.position)
        found = subject(place) if place else None
        desk = server.desk(params.text_document.uri)
        if found is None or desk is None:
            raise JsonRpcException(
                "only ids of cards, records, chapters and parts, and names that an author gave, can be renamed"
            )
        try:
            edits = Renaming(desk, server.held, found, params.new_name).run()
        except Refused as reason:
            raise JsonRpcException(str(reason)) from reason
        changes = [
            server.edits(desk, name, sorted(own.items())) for name, own in sorted(edits.items())
        ]
        return lsp.WorkspaceEdit(document_changes=list(changes))


def _touches(text: Text, one: QuickFix, wanted: lsp.Range) -> bool:
    """Whether the problem of a quick fix is on the lines that are asked about."""
    span = one.problem.span or one.span
    lines = {text.range(span).start.line, text.range(one.span).start.line}
    return any(wanted.start.line <= line <= wanted.end.line for line in lines)


def _action(server: GuideServer, desk: Desk, text: Text, one: QuickFix) -> lsp.CodeAction:
    edit = server.edits(desk, one.span.file, [(one.span, one.text)])
    return lsp.CodeAction(
        one.title[:1].upper() + one.title[1:],
        lsp.CodeActionKind.QuickFix,
        diagnostics=[server._diagnostic(desk, text, one.problem)],
        is_preferred=one.sure,
        edit=lsp.WorkspaceEdit(document_changes=[edit]),
    )
