"""Which engine sets the pages: part of every cache key."""

# The version of WeasyPrint that this package is written for.
WEASYPRINT = "70.0"

# Raised with every change that gives other fragments or another book for the same input.
REVISION = 1

ENGINE_VERSION = f"weasyprint-{WEASYPRINT}+{REVISION}"
