"""Boxes in the margins of pages, and grounds, made once it is known which layout of a section is kept.

WeasyPrint 70 makes them as the last step of a layout. Where a section is laid out in several heights (`ending`), only
the pages of one of these are printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

from weasyprint import layout

from guidepress.pdf.engine.patching import replaced

# By the name of an anchor, the index of its page and the counters of that.
_Targets = dict[str, tuple[Any, Any]]


class Bare:
    """Pages with their content and nothing else, laid out in a `context` by WeasyPrint's function."""

    def __init__(
        self, layout_document: Callable[..., Any], html: Any, root_box: Any, context: Any
    ) -> None:
        with ExitStack() as stack:
            for name, value in (("make_margin_boxes", _none), ("layout_backgrounds", _nothing)):
                stack.enter_context(replaced(layout, name, value))
            self.pages: Sequence[Any] = list(layout_document(html, root_box, context))
        self.context = context
        self._targets = _targets(context.target_collector)

    def furnished(self) -> Iterator[Any]:
        """The pages one by one, with the boxes in their margins and all grounds."""
        context = self.context
        # Another layout may have been tried since, in which anchors came to stand on other pages.
        for name, (index, counters) in self._targets.items():
            target = context.target_collector.target_lookup_items[name]
            target.page_maker_index, target.cached_page_counter_values = index, counters
        for number, page in enumerate(self.pages, 1):
            context.current_page = number
            state = context.page_maker[number][3]
            made = layout.make_margin_boxes(context, page, state)
            page.children = (*page.children, *made)
            layout.layout_backgrounds(page, context.get_image_from_uri)
            yield page


def _targets(collector: Any) -> _Targets:
    return {
        name: (target.page_maker_index, target.cached_page_counter_values)
        for name, target in collector.target_lookup_items.items()
    }


def _none(*_: Any) -> tuple[()]:
    return ()


def _nothing(*_: Any) -> None:
    pass
