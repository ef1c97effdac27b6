"""The site and the EPUB as products of a build."""

from __future__ import annotations

from guidepress.diagnostics import Diagnosed
from guidepress.product import File, Order, Pressed


class WebProduct:
    """The folder `web/`; none where `products.web` of guide.yaml does not ask for it."""

    name = "web"
    files = ("web/",)
    needs: tuple[str, ...] = ()

    def press(self, order: Order) -> Diagnosed[Pressed]:
        """Make the pages."""
        if not order.book.web:
            return Diagnosed(Pressed())
        # Not above: most builds do not want it.
        from guidepress.maths import Drawings
        from guidepress.web.site import FOLDER, site

        order.progress(0, 0)
        made = site(order.book, order.layout, Drawings(order.cache))
        if made.value is None:
            return Diagnosed(None, made.diagnostics)
        files = [File(f"{FOLDER}/{name}", data) for name, data in sorted(made.value.items())]
        return Diagnosed(Pressed(tuple(files)), made.diagnostics)


class EpubProduct:
    """`book.epub`; none where `products.epub` of guide.yaml does not ask for it."""

    name = "epub"
    files = ("book.epub",)
    needs: tuple[str, ...] = ()

    def press(self, order: Order) -> Diagnosed[Pressed]:
        """Make the book."""
        if not order.book.epub:
            return Diagnosed(Pressed())
        from guidepress.maths import Drawings
        from guidepress.web.epub import epub

        order.progress(0, 0)
        made = epub(order.book, order.layout, Drawings(order.cache))
        if made.value is None:
            return Diagnosed(None, made.diagnostics)
        return Diagnosed(Pressed((File("book.epub", made.value),)), made.diagnostics)
