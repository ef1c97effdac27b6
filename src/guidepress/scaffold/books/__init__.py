"""A foreign Markdown book made a guide: its folder read, its order found, its dialect translated, its pictures copied.

The text is translated once, when it is copied, and not by the dialect while a guide is built: what an author then edits
is guidepress's own Markdown, and there is one dialect. Every step keeps the number of lines, so that a line of the
report is the line in the foreign file and in the copy.
"""
