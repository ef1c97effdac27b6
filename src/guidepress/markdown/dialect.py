"""The dialect: guidepress's rules in Python-Markdown's registries, and beside them what extensions add."""

from __future__ import annotations

from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import Registry

from guidepress.markdown.extensions import Extensions, register
from guidepress.markdown.flow.abbreviation import AbbreviationRule
from guidepress.markdown.flow.admonition import AdmonitionRule
from guidepress.markdown.flow.code import FenceRule, IndentedCodeRule
from guidepress.markdown.flow.colons import ColonsRule
from guidepress.markdown.flow.definition_list import DefinitionRule
from guidepress.markdown.flow.directive import DirectiveRule
from guidepress.markdown.flow.footnote import FootnoteRule
from guidepress.markdown.flow.formula import DisplayRule
from guidepress.markdown.flow.frame import Rule
from guidepress.markdown.flow.heading import AtxHeading, SetextHeading
from guidepress.markdown.flow.html import HtmlRule
from guidepress.markdown.flow.lists import ListRule
from guidepress.markdown.flow.parser import FlowParser
from guidepress.markdown.flow.quote import QuoteRule
from guidepress.markdown.flow.table import TableRowRule, TableRule
from guidepress.markdown.flow.thematic_break import ThematicBreak
from guidepress.markdown.inline.autolink import Autolink, BareLink, BareMail
from guidepress.markdown.inline.code_span import CodeSpan
from guidepress.markdown.inline.emphasis import Emphasis, Mark, Strike
from guidepress.markdown.inline.escape import Entity, Escape, LineBreak
from guidepress.markdown.inline.footnote_call import FootnoteCall
from guidepress.markdown.inline.foreign import ForeignMarks
from guidepress.markdown.inline.formula import Bracketed, Dollared
from guidepress.markdown.inline.link import AttributeList, LinkEnd, LinkStart
from guidepress.markdown.inline.raw_html import RawHtml
from guidepress.markdown.inline.scanner import InlineRule, Scanner
from guidepress.markdown.inline.variable import Variable
from guidepress.markdown.instance import Instance
from guidepress.markdown.origin import Origin
from guidepress.markdown.state import ParseState
from guidepress.markdown.tree.abbreviations import MarkAbbreviations
from guidepress.markdown.tree.blocks import DetachCards, EndBlocks
from guidepress.markdown.tree.finish import Finish
from guidepress.markdown.tree.lists import FinishLists
from guidepress.markdown.tree.stash import Unstash

# In the order in which they are asked.
_BLOCKS: tuple[tuple[str, type[Rule]], ...] = (
    ("quote", QuoteRule),
    ("heading", AtxHeading),
    ("fence", FenceRule),
    ("formula", DisplayRule),
    ("directive", DirectiveRule),
    ("admonition", AdmonitionRule),
    ("html", HtmlRule),
    ("table", TableRule),
    ("setext", SetextHeading),
    ("abbreviation", AbbreviationRule),
    ("break", ThematicBreak),
    ("list", ListRule),
    ("footnote", FootnoteRule),
    ("colons", ColonsRule),
    ("definition", DefinitionRule),
    ("indented", IndentedCodeRule),
    ("row", TableRowRule),
)
_INLINE: tuple[tuple[str, type[InlineRule]], ...] = (
    ("backtick", CodeSpan),
    ("formula", Bracketed),
    ("dollars", Dollared),
    ("foreign", ForeignMarks),
    ("escape", Escape),
    ("footnote", FootnoteCall),
    ("link_start", LinkStart),
    ("link_end", LinkEnd),
    ("autolink", Autolink),
    ("html", RawHtml),
    ("entity", Entity),
    ("linebreak", LineBreak),
    ("variable", Variable),
    ("attributes", AttributeList),
    ("em_strong", Emphasis),
    ("strike", Strike),
    ("mark", Mark),
    ("bare_link", BareLink),
    ("bare_mail", BareMail),
)
# Python-Markdown calls the inline parser at 20. What extensions add comes before the last two.
_TREE: tuple[tuple[str, type[Treeprocessor], float], ...] = (
    ("inline", Scanner, 20),
    ("blocks", EndBlocks, 19.99),
    ("cards", DetachCards, 15),
    ("lists", FinishLists, 12),
    ("abbr", MarkAbbreviations, 7),
    ("stash", Unstash, -1e6),
    ("finish", Finish, float("-inf")),
)


class Dialect(Instance):
    """A Markdown instance; `read` is the way in.

    `extensions` are those of Python-Markdown that a guide names; those with a `fault` are left out.
    """

    def __init__(self, extensions: Extensions = ()) -> None:
        self.state = ParseState()
        self.origin = Origin("", ((1, 1),))
        super().__init__()
        for name, settings in extensions:
            if not fault(name, settings):
                register(self, name, settings)

    def build_parser(self) -> Dialect:
        """Fill Python-Markdown's registries."""
        self.preprocessors: Registry[Preprocessor] = Registry()
        self.parser: FlowParser = FlowParser(self)
        self.inlinePatterns: Registry[Any] = Registry()
        self.treeprocessors: Registry[Treeprocessor] = Registry()
        self.postprocessors: Registry[Postprocessor] = Registry()
        blocks: Registry[Any] = self.parser.blockprocessors
        for at, (name, rule) in enumerate(_BLOCKS):
            blocks.register(rule(self), name, 85 - at)
        for at, (name, inline) in enumerate(_INLINE):
            self.inlinePatterns.register(inline(), name, 190 - at)
        for name, step, priority in _TREE:
            self.treeprocessors.register(step(self), name, priority)
        return self

    def parse_blocks(self, parent: Element, text: str, origin: Origin) -> None:
        """Parse blocks of Markdown into an element."""
        self.parser.parse(parent, text, origin)

    def read(self, text: str, origin: Origin) -> Element:
        """The tree of a text; what else is in it is in `state`, which is new for each text."""
        self.reset()
        self.state = ParseState(origin.file)
        self.origin = origin
        root = Element(self.doc_tag)
        self.parse_blocks(root, text, origin)
        for step in self.treeprocessors:
            with self.guarded(step, origin.line):
                made = step.run(root)
                root = root if made is None else made
        return root


@cache
def fault(name: str, settings: str) -> str:
    """Why an extension, with settings as JSON, cannot be used, in words; empty where it can."""
    return register(Dialect(), name, settings)
