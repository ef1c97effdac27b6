"""The speed of guidepress, measured: `./press bench` runs it and writes docs/performance.md."""
