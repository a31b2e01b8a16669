"""Checks that print a line each and count what failed."""
import sys
import traceback

failed = []
# Whether only failures are printed.
is_quiet = False


def check(name):
    """Runs the function below at once; it fails by raising anything."""
    def run(function):
        try:
            function()
            if not is_quiet:
                print(f"ok    {name}", flush=True)
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            place = next((f for f in reversed(frames) if f.filename == sys.argv[0]), frames[-1])
            words = " ".join(str(error).split())[:300]
            print(f"FAIL  {name}: line {place.lineno}: {type(error).__name__}: {words}", flush=True)
            failed.append(name)
        return function
    return run


def raises(kind, call):
    """The exception of this kind that the call raises."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def finish():
    sys.exit(f"{len(failed)} failed: {failed}" if failed else 0)
