"""What a process that stays knows of a guide from build to build, beside its cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from guidepress.book.recall import Recall
from guidepress.layouts import Layout
from guidepress.up_to_date import tree


@dataclass(slots=True)
class Living:
    """Chapters as they were compiled last, and the layout with its templates; for one guide, one edition, one thread.

    What is made with it is the same as without.
    """

    recall: Recall = field(default_factory=Recall)
    _layout: Layout | None = None
    _files: Mapping[Path, str] = field(default_factory=dict)

    def layout(self, read: Layout) -> Layout:
        """The layout of the build before, whose templates are compiled, unless what was read now is another."""
        files = tree(read.folders)
        if self._layout != read or files != self._files:
            self._layout, self._files = read, files
        assert self._layout is not None
        return self._layout
