"""Programs of this checkout, started as a user does, and environments for clients from PyPI."""
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CHAT_MODEL = ROOT / "Examples/tiny-chat"
API_KEY = "a-key-for-tests"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Program:
    """A server in a process of its own, stopped at the end of a `with`."""

    def __init__(self, name, command, environment=None, port=None):
        self.port = port or free_port()
        self.name = name
        self.url = f"http://127.0.0.1:{self.port}"
        folder = ROOT / ".build" / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / f"{name}.log"
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [*map(str, command), "--port", str(self.port)], stdout=log, stderr=log,
                env={**os.environ, **(environment or {})})
        for _ in range(600):
            try:
                urllib.request.urlopen(self.url + "/health", timeout=10).close()
                return
            except OSError:
                pass
            if self.process.poll() is not None:
                sys.exit(f"{name} ended with {self.process.returncode}:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.1)
        self.process.kill()
        sys.exit(f"{name} did not get healthy:\n{self.log.read_text()[-2000:]}")

    def stop(self, seconds=60):
        """Sends SIGTERM and gives the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def program():
    """The path of the program `martlet`."""
    return os.environ.get("MARTLET", str(ROOT / ".build/release/martlet"))


def martlet(model=CHAT_MODEL, *flags, name="martlet", port=None):
    return Program(name, [program(), "serve", model, *flags], port=port)


def environment(name, packages):
    """The Python of a virtual environment with these packages; None where PyPI cannot be reached."""
    folder = ROOT / ".build" / name
    python = folder / "bin/python"
    stamp = folder / "packages.txt"
    if stamp.exists() and stamp.read_text() == "\n".join(packages):
        return python
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    result = subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         "--retries", "1", "--timeout", "15", *packages],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode == 0:
        stamp.write_text("\n".join(packages))
        return python
    # Nobody there, as opposed to a version that does not exist.
    if "from versions: none" in result.stdout or "onnection" in result.stdout:
        return None
    sys.exit(result.stdout)
