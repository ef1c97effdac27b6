"""The handbook: a Book and a Layout become one tagged PDF.

Nothing is imported here: the processes that lay out sections load `handbook.proof` and what that needs, no more.
"""
