"""guidepress: one source of a learning guide, pressed into a handbook, an Anki deck and printed cards."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("guidepress")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0+unknown"
