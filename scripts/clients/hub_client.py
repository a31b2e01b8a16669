"""huggingface_hub and martlet over one cache: each finds what the other has pulled.

    hub_client.py [anything]

The hub is a server in this program that answers as the real one does: small files at once, large
ones by a redirect with X-Linked-Etag to another origin.
"""
import hashlib
import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from checks import check, finish  # noqa: E402
from processes import ROOT, program  # noqa: E402

FILES = {path.name: path.read_bytes() for path in sorted((ROOT / "Examples/tiny-chat").iterdir())
         if path.suffix in (".json", ".safetensors", ".jinja")}
COMMIT = hashlib.sha1(b"martlet").hexdigest()
# One with an organisation, one of the few without.
NAMES = ["org/tiny", "tiny"]


def hashes(name):
    data = FILES[name]
    small = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
    return small, hashlib.sha256(data).hexdigest() if name.endswith(".safetensors") else None


class Hub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store = ""
    downloads = []

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        path = self.path.split("?")[0]
        api = re.fullmatch(r"/api/models/((?:org/)?tiny)(?:/(revision|tree)/[^/]+)?", path)
        file = re.fullmatch(r"/(?:org/)?tiny/resolve/[^/]+/([^/]+)", path)
        stored = re.fullmatch(r"/store/([^/]+)", path)
        if api and api[2] == "tree":
            self.answer(200, json.dumps([self.entry(name, "path") for name in FILES]).encode())
        elif api:
            about = {"id": api[1], "sha": COMMIT,
                     "siblings": [self.entry(name, "rfilename") for name in FILES]}
            self.answer(200, json.dumps(about).encode())
        elif stored and stored[1] in FILES:
            if self.command == "GET":
                Hub.downloads.append(stored[1])
            self.answer(200, FILES[stored[1]], ETag='"of-the-store"')
        elif file and file[1] in FILES:
            small, large = hashes(file[1])
            if large:
                self.answer(302, Location=f"{Hub.store}/store/{file[1]}", X_Repo_Commit=COMMIT,
                            X_Linked_Etag=f'"{large}"', X_Linked_Size=str(len(FILES[file[1]])))
            else:
                if self.command == "GET":
                    Hub.downloads.append(file[1])
                self.answer(200, FILES[file[1]], ETag=f'"{small}"', X_Repo_Commit=COMMIT)
        else:
            self.answer(404, b"{}")

    @staticmethod
    def entry(name, key):
        small, large = hashes(name)
        size = len(FILES[name])
        entry = {key: name, "type": "file", "size": size, "oid": small, "blobId": small}
        if large:
            entry["lfs"] = {"oid": large, "sha256": large, "size": size, "pointerSize": 134}
        return entry


def serve():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


scratch = tempfile.TemporaryDirectory()
Hub.store = serve()
os.environ.update(HF_ENDPOINT=serve(), HF_HUB_DISABLE_TELEMETRY="1", HF_HUB_DISABLE_PROGRESS_BARS="1",
                  HF_HOME=scratch.name, HF_TOKEN="hf_secret")

# After the variables: they are read once.
from huggingface_hub import scan_cache_dir, snapshot_download, try_to_load_from_cache  # noqa: E402


def martlet(*arguments, cache):
    return subprocess.run([program(), *arguments], env={**os.environ, "HF_HUB_CACHE": cache},
                          capture_output=True, text=True, check=True, timeout=120).stdout


def whole(folder):
    assert {p.name: p.read_bytes() for p in Path(folder).iterdir()} == FILES, sorted(os.listdir(folder))


@check("what martlet pulled, huggingface_hub finds")
def ours():
    cache = f"{scratch.name}/ours"
    for name in NAMES:
        folder = martlet("pull", name, cache=cache).strip()
        whole(folder)
        before = len(Hub.downloads)
        assert try_to_load_from_cache(name, "config.json", cache_dir=cache) == f"{folder}/config.json"
        assert snapshot_download(name, cache_dir=cache) == folder
        assert len(Hub.downloads) == before
    found = scan_cache_dir(cache)
    assert not found.warnings, found.warnings
    assert {repository.repo_id for repository in found.repos} == set(NAMES)


@check("what huggingface_hub pulled, martlet finds")
def theirs():
    cache = f"{scratch.name}/theirs"
    for name in NAMES:
        folder = snapshot_download(name, cache_dir=cache)
        before = len(Hub.downloads)
        assert martlet("pull", name, "--offline", cache=cache).strip() == folder
        assert martlet("pull", name, cache=cache).strip() == folder
        assert len(Hub.downloads) == before
        assert f"{name} " in martlet("list", cache=cache)
        martlet("rm", "--yes", name, cache=cache)
    assert not scan_cache_dir(cache).repos


@check("both at once download each file once")
def together():
    cache = f"{scratch.name}/both"
    Hub.downloads.clear()
    with ThreadPoolExecutor() as pool:
        pulls = [pool.submit(martlet, "pull", "tiny", cache=cache) for _ in range(3)]
        pulls.append(pool.submit(snapshot_download, "tiny", cache_dir=cache))
        folders = {pull.result().strip() for pull in pulls}
    assert len(folders) == 1, folders
    whole(folders.pop())
    assert sorted(Hub.downloads) == sorted(FILES), Hub.downloads


finish()
