"""NGINX with deploy/nginx/martlet.conf in a folder of its own, and requests through it."""
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field

from processes import API_KEY, ROOT, free_port

CONFIGURATION = ROOT / "deploy/nginx/martlet.conf"
HOST = "chat.example.org"


def nginx():
    """The program; installed by apt where that can be done; None where there is none."""
    # Not every user has the folder of system programs in the path.
    path = os.environ["PATH"] + ":/usr/sbin"
    found = shutil.which("nginx", path=path)
    if found is None and shutil.which("apt-get"):
        as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-qy", "nginx-light"]):
            try:
                subprocess.run([*as_root, *command], capture_output=True, timeout=300)
            except (OSError, subprocess.TimeoutExpired):
                break
        found = shutil.which("nginx", path=path)
    return found


class Proxy:
    """NGINX in front of two replicas, stopped at the end of a `with`."""

    def __init__(self, program, folder, ports, has_affinity=True):
        self.folder = folder
        self.port = free_port()
        folder.mkdir()
        text = CONFIGURATION.read_text()
        changes = {
            "listen 80;": f"listen 127.0.0.1:{self.port};",
            "127.0.0.1:8001": f"127.0.0.1:{ports[0]}",
            "127.0.0.1:8002": f"127.0.0.1:{ports[1]}",
            "/var/log/nginx/martlet.log": str(folder / "access.log"),
        }
        if not has_affinity:
            changes["    hash $martlet_affinity consistent;\n"] = ""
        for old, new in changes.items():
            assert text.count(old) == 1, f"not once in {CONFIGURATION.name}: {old}"
            text = text.replace(old, new)
        (folder / "martlet.conf").write_text(text)
        kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        (folder / "nginx.conf").write_text("\n".join([
            "daemon off;", "worker_processes 2;", f"pid {folder}/nginx.pid;",
            # Its workers would otherwise be a user that cannot write here.
            "user root;" if os.geteuid() == 0 else "",
            f"error_log {folder}/error.log notice;", "events { worker_connections 1024; }", "http {",
            *(f"    {kind}_temp_path {folder}/{kind};" for kind in kinds),
            f"    include {folder}/martlet.conf;", "}", ""]))
        command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"),
                   "-e", str(folder / "error.log")]
        test = subprocess.run([*command, "-t"], capture_output=True, text=True)
        self.warnings = [line for line in test.stderr.splitlines() if "[" in line]
        if test.returncode != 0:
            sys.exit(f"nginx does not take {CONFIGURATION}:\n{test.stderr}")
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                if self.get("/health")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        self.process.kill()
        sys.exit(f"nginx does not answer:\n{(folder / 'error.log').read_text()[-2000:]}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)

    def get(self, path, host=HOST):
        """Status, headers and text of an answer."""
        connection = self.connection()
        connection.request("GET", path, headers={"Host": host})
        response = connection.getresponse()
        result = response.status, response.headers, response.read().decode()
        connection.close()
        return result

    def begin(self, path, body, key=None, identity=None):
        """Sends a request; the connection and the head of its answer."""
        headers = {"Host": HOST, "Content-Type": "application/json",
                   "Authorization": f"Bearer {API_KEY}"}
        headers |= {"X-Session-Id": key} if key else {}
        headers |= {"X-Request-Id": identity} if identity else {}
        connection = self.connection()
        connection.request("POST", path, json.dumps(body), headers)
        return connection, connection.getresponse()

    def ask(self, body, **options):
        """What a client makes of an answer, whole or streamed."""
        outcome = Outcome(body.get("stream", False), options.get("identity"))
        outcome.ask(self, body, **options)
        return outcome

    def replicas(self):
        """Whom each request was given to, one after the other, by its id."""
        pattern = re.compile(r'id=(\S+) replica="([^"]*)"')
        found = pattern.findall((self.folder / "access.log").read_text())
        return {identity: [int(part.rsplit(":", 1)[-1]) for part in re.split(r"[, ]+", addresses)]
                for identity, addresses in found if addresses != "-"}


@dataclass
class Outcome:
    """What came of a request. `error` is what the client was told, or noticed."""

    is_stream: bool
    identity: str = None
    begun: float = field(default_factory=time.monotonic)
    status: int = None
    texts: dict = field(default_factory=dict)
    piece_count: int = 0
    is_complete: bool = False
    error: str = None
    retry_after: str = None

    def ask(self, proxy, body, key=None, identity=None, path="/v1/completions", on_piece=None):
        connection = None
        try:
            connection, response = proxy.begin(path, body, key, identity)
            self.status = response.status
            self.retry_after = response.headers["Retry-After"]
            if self.is_stream and self.status == 200:
                self.read_stream(response, on_piece)
            else:
                self.read_whole(response.read())
        except (OSError, http.client.HTTPException) as error:
            self.error = f"{type(error).__name__}: {error}"
        finally:
            if connection:
                connection.close()

    def read_whole(self, data):
        answer = json.loads(data)
        self.error = answer.get("error")
        for choice in answer.get("choices", []):
            self.texts[choice["index"]] = choice.get("text") or choice["message"]["content"]
        self.is_complete = self.error is None

    def read_stream(self, response, on_piece):
        data = bytearray()
        try:
            while piece := response.read1(65536):
                self.piece_count += 1
                data += piece
                if on_piece and b"data: " in data:
                    on_piece()
                    on_piece = None
        finally:
            # Not before the end: the engine makes tokens faster than these lines can read them.
            for frame in data.split(b"\n\n")[:-1]:
                self.take(frame)

    def take(self, frame):
        if frame == b"data: [DONE]":
            self.is_complete = self.error is None
        elif frame.startswith(b"data: "):
            event = json.loads(frame[6:])
            self.error = self.error or event.get("error")
            for choice in event.get("choices", []):
                index = choice["index"]
                self.texts[index] = self.texts.get(index, "") + choice["text"]


def metrics(url):
    """The sums over all labels, by name; those of requests that have ended by name and reason too."""
    request = urllib.request.Request(url + "/metrics", headers={"Authorization": f"Bearer {API_KEY}"})
    sums = {}
    with urllib.request.urlopen(request, timeout=60) as answer:
        for line in answer.read().decode().splitlines():
            name, _, rest = line.partition("{") if "{" in line else line.partition(" ")
            if not line.startswith("#") and not name.endswith("_bucket"):
                reason = re.search(r'finished_reason="(\w+)"', rest)
                for key in [name, f"{name} {reason[1]}"] if reason else [name]:
                    sums[key] = sums.get(key, 0) + float(rest.rsplit(" ", 1)[-1])
    return sums
