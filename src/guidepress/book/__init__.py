"""Guide -> Book: numbering, labels, references, glossary, index, cards."""

from guidepress.book.model import Book

__all__ = ["Book"]
