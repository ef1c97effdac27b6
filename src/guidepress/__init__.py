"""guidepress: one source of a learning guide, pressed into a handbook, an Anki deck and printed cards."""


def __getattr__(name: str) -> str:
    """`__version__`, looked up when asked for: reading package metadata takes as long as a build with no news."""
    if name != "__version__":
        raise AttributeError(name)
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("guidepress")
    except PackageNotFoundError:  # a source tree that was never installed
        return "0+unknown"
