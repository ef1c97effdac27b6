"""The Anki desktop itself with the add-on AnkiConnect, on a profile of its own under a virtual screen.

The repository holds neither, and AnkiConnect is under the GPL. `GUIDEPRESS_ANKI_DESKTOP` is the `bin` folder of an
environment with `aqt[qt6]`, `GUIDEPRESS_ANKICONNECT` the folder `plugin` of the add-on's source; Xvfb is the system's.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_PROFILE = """
import sys
from pathlib import Path
import aqt
import anki.lang
anki.lang.set_lang("en_US")
from aqt.profiles import ProfileManager
profiles = ProfileManager(Path(sys.argv[1]))
profiles.setupMeta()
profiles.meta.update(firstRun=False, defaultLang="en_US", updates=False, suppressUpdate=True, check_for_updates=False)
profiles.create("Test")
profiles.load("Test")
profiles.save()
profiles.db.close()
"""
# Seconds. Nothing is measured: a machine that is busy takes a while to draw the first window.
_PATIENCE = 180


@contextmanager
def desktop(base: Path) -> Iterator[str]:
    """The address of the add-on in a running Anki with an empty profile; skips the test where there is none."""
    programs, plugin = (os.environ.get(f"GUIDEPRESS_{n}") for n in ("ANKI_DESKTOP", "ANKICONNECT"))
    if not programs or not plugin or not shutil.which("Xvfb"):
        pytest.skip(
            "no Anki desktop: set GUIDEPRESS_ANKI_DESKTOP and GUIDEPRESS_ANKICONNECT (docs/development.md)"
        )
    environment = {
        **os.environ,
        "ANKI_SINGLE_INSTANCE_KEY": f"guidepress{os.getpid()}",
        "LIBGL_ALWAYS_SOFTWARE": "1",
        "QT_QUICK_BACKEND": "software",
        "QTWEBENGINE_DISABLE_SANDBOX": "1",
        "QTWEBENGINE_CHROMIUM_FLAGS": "--no-sandbox --disable-gpu",
    }
    base.mkdir(parents=True)
    subprocess.run(
        [f"{programs}/python", "-c", _PROFILE, base],
        env={**environment, "QT_QPA_PLATFORM": "offscreen"}, check=True, capture_output=True,
    )  # fmt: skip
    addon = base / "addons21" / "AnkiConnect"
    shutil.copytree(plugin, addon)
    settings = json.loads((addon / "config.json").read_text())
    port = _free_port()
    (addon / "config.json").write_text(json.dumps({**settings, "webBindPort": port}))
    command = ["xvfb-run", "-a", f"{programs}/anki", "-b", base, "-p", "Test", "-l", "en_US"]
    with (base / "log.txt").open("wb") as log:
        running = subprocess.Popen(
            command, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait(port, running, base / "log.txt")
        yield f"http://127.0.0.1:{port}"
    finally:
        # Its group: xvfb-run, the screen, Anki.
        os.killpg(running.pid, signal.SIGTERM)
        running.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(port: int, running: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and running.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"Anki did not start: {log.read_text(errors='replace')[-2000:]}")
