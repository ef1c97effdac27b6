"""A build of what strangers wrote, confined by the Linux kernel: `guidepress build --untrusted`; docs/security.md."""

_confined = False


def confined() -> bool:
    """Whether this process is confined, so that what it builds is a stranger's."""
    return _confined


def mark_confined() -> None:
    """Note that it is; for good, as it cannot be taken back."""
    global _confined
    _confined = True
