"""Cards on paper: a Book and a Layout become sheets that are printed on both sides and cut.

Book ─► sides, each set on a page of its own ─► proof ─► imposition ─► cards.pdf

Nothing is imported here: the processes that set sides load `cards.setting` and what that needs, no more.
"""
