"""The handbook as a product of a build."""

from __future__ import annotations

from dataclasses import replace

from guidepress.book.model import Book, Exam
from guidepress.diagnostics import Diagnosed, Diagnostic, ordered
from guidepress.handbook import ahead
from guidepress.handbook.exam import exam_book
from guidepress.handbook.press import Handbook, press
from guidepress.pdf import warming
from guidepress.product import File, Order, Pressed

KEY = "answer-key.pdf"
INTERIOR, COVER = "interior.pdf", "cover.pdf"


class HandbookProduct:
    """`handbook.pdf`, whose pages the others cite. Of an exam it is the questions, and the key is a file of its own.

    For a printer there are its pages and its cover besides.
    """

    name = "handbook"
    files = ("handbook.pdf", KEY, INTERIOR, COVER)
    needs = ()

    def press(self, order: Order) -> Diagnosed[Pressed]:
        """Lay out the book."""
        if order.book.exam is not None:
            return self._exam(exam_book(order.book), order.book.exam, order)
        done = self._press(order.book, order)
        handbook = done.value
        if handbook is None:
            return Diagnosed(None, done.diagnostics)
        if handbook.sample is not None and not done.failed:
            warming.keep(order.cache, order.folder, handbook.sample)
        if handbook.prepared is not None and not done.failed:
            known = (handbook.prepared, handbook.standing)
            ahead.keep(order.book, order.layout, *known, order.cache)
        pages = {"pages": handbook.page_map.page_count}
        file = File("handbook.pdf", handbook.pdf, pages)
        printed: tuple[File, ...] = ()
        problems = done.diagnostics
        options = order.book.handbook
        if (options.bleed or options.marks or options.press) and handbook.prepared is not None:
            from guidepress.handbook.printing import boxed

            bleed = handbook.prepared.composer.geometry.bleed
            cropped = options.press is not None
            file = replace(file, data=boxed(handbook.pdf, bleed, cropped=cropped))
        if options.press is not None and not done.failed:
            from guidepress.handbook.printing import for_printer

            made = for_printer(handbook, order)
            problems = ordered([*problems, *made.diagnostics])
            if made.value is not None:
                facts = {"pages": made.value.pages}
                spine = {"spine-micrometres": round(made.value.spine * 1000)}
                printed = (
                    File(INTERIOR, made.value.interior, facts),
                    File(COVER, made.value.cover, spine),
                )
        return Diagnosed(
            Pressed((file, *printed), handbook.pages, sections=handbook.sections), problems
        )

    def _exam(self, book: Book, exam: Exam, order: Order) -> Diagnosed[Pressed]:
        """The questions of an exam, and its key."""
        files: list[File] = []
        problems: list[Diagnostic] = []
        sections: frozenset[str] = frozenset()
        for name, key in (("handbook.pdf", False), (KEY, True)):
            done = self._press(replace(book, exam=replace(exam, key=key)), order)
            problems += done.diagnostics
            if done.value is None:
                return Diagnosed(None, tuple(problems))
            pages = {"pages": done.value.page_map.page_count}
            files.append(File(name, done.value.pdf, pages))
            sections |= done.value.sections
        return Diagnosed(Pressed(tuple(files), sections=sections), ordered(problems))

    @staticmethod
    def _press(book: Book, order: Order) -> Diagnosed[Handbook]:
        return press(
            book,
            order.layout,
            news=order.release.news,
            workers=order.workers,
            cache=order.cache,
            progress=order.progress,
            cold=not warming.is_kept(order.cache, order.folder),
        )
