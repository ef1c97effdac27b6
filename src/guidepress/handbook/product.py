"""The handbook as a product of a build."""

from __future__ import annotations

from guidepress.diagnostics import Diagnosed
from guidepress.handbook.press import press
from guidepress.pdf import warming
from guidepress.product import File, Order, Pressed


class HandbookProduct:
    """`handbook.pdf`, whose pages the others cite."""

    name = "handbook"
    files = ("handbook.pdf",)
    needs = ()

    def press(self, order: Order) -> Diagnosed[Pressed]:
        """Lay out the book."""
        done = press(
            order.book,
            order.layout,
            news=order.release.news,
            workers=order.workers,
            cache=order.cache,
            progress=order.progress,
        )
        handbook = done.value
        if handbook is None:
            return Diagnosed(None, done.diagnostics)
        if handbook.sample is not None and not done.failed:
            warming.keep(order.cache, order.folder, handbook.sample)
        pages = {"pages": handbook.page_map.page_count}
        file = File("handbook.pdf", handbook.pdf, pages)
        return Diagnosed(
            Pressed((file,), handbook.pages, sections=handbook.sections), done.diagnostics
        )
