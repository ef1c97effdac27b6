"""A process in the background that has guidepress loaded and knows a guide, and builds it when a command asks it to.

`guidepress build` starts it, and does without it wherever anything about it is not as it should be.
"""
