"""Where a browser and Playwright come from, and what is said where they do not."""
import os
import shutil
import sys

from processes import environment

PACKAGES = ["playwright==1.65.2"]


def chromium():
    """The path of the installed browser; None without one."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def browser_environment():
    """The Python that has Playwright. Ends the program where it or the browser cannot be had."""
    if chromium() is None:
        skip("there is no chromium on this machine")
    python = environment("page-tests", PACKAGES)
    if python is None:
        skip("PyPI cannot be reached, so there is no Playwright")
    return python


def skip(why):
    """Ends the program: well, or badly where a browser is required."""
    if os.environ.get("CI_REQUIRE_BROWSER") == "1":
        sys.exit(f"failed: {why}, and CI_REQUIRE_BROWSER is 1")
    print(f"skipped: {why}")
    sys.exit(0)
