"""The speed of guidepress, measured: `./press bench` runs it and writes docs/performance.md."""

import os

# A build that another build's daemon did would measure something else; `resident` asks for one.
os.environ["GUIDEPRESS_NO_DAEMON"] = "1"
