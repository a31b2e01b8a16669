"""What documents and examples say about the program: its commands, its options, links, metrics."""
import re
import subprocess
from functools import cache

SUFFIXES = ("_bucket", "_sum", "_count")


def code_lines(path):
    """Lines of a document's code blocks, all lines of another file, with `\\` at the end joined."""
    lines = path.read_text().splitlines()
    if path.suffix == ".md":
        is_code, kept = False, []
        for line in lines:
            if line.lstrip().startswith("```"):
                is_code = not is_code
            elif is_code or line.startswith("    "):
                kept.append(line)
        lines = kept
    joined = ""
    for line in lines:
        text = line.strip().lstrip("#").strip() if path.suffix != ".md" else line.strip()
        joined += text
        if joined.endswith("\\"):
            joined = joined[:-1]
            continue
        yield joined
        joined = ""


def python_code(path):
    """The blocks of Python in a document, as one program."""
    return "\n".join(re.findall(r"^```python\n(.*?)^```$", path.read_text(), re.M | re.S))


def inline_code(path):
    """What stands between backticks in the prose of a document."""
    for line in path.read_text().splitlines():
        if not line.startswith("    "):
            yield from line.split("`")[1::2]


@cache
def options(program, *command):
    """The options that `program command --help` has, and its subcommands."""
    text = subprocess.run([program, *command, "--help"], capture_output=True, text=True).stdout
    names, subcommands = text.partition("SUBCOMMANDS:")[::2]
    # The names themselves, not those that descriptions speak of.
    found = {name for line in names.splitlines() if re.match(r"  -", line)
             for part in re.split(r"[,/ ]+", line.partition(" <")[0])
             for name in [part] if name.startswith("-")}
    return found, set(re.findall(r"^  ([a-z-]+) ", subcommands, re.M))


def commands(program, text):
    """The words of each `martlet …` in a line of code, its command first."""
    for match in re.finditer(r"(?:^|[\s/`])martlet\s+(.*)", text):
        words = []
        # Up to a comment, a pipe or another command.
        for word in re.split(r"\s+(?:#|\||&&|>)|\s{3,}|[;&]", match[1])[0].split():
            words.append(word)
        for part in words[0].split("|") if words else []:
            if part.strip(",") in options(program)[1]:
                yield [part.strip(","), *words[1:]]


def unknown_options(program, text):
    """Options in a line of code that `martlet` does not have."""
    for words in commands(program, text):
        command = []
        while words and words[0] in options(program, *command)[1]:
            command.append(words.pop(0))
        if command == ["bench"]:
            # `bench latency|throughput`, or no benchmark by name.
            continue
        known = options(program, *command)[0]
        for word in words:
            name = word.strip("[]`'\",.)").split("=")[0]
            if name.startswith("--") and len(name) > 2 and name not in known:
                yield f"{' '.join(command)} {name}"


def our_column(path):
    """Options in the columns of a table that are headed `here`."""
    column = None
    for line in path.read_text().splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if not cells:
            column = None
        elif "here" in cells:
            column = cells.index("here")
        elif column is not None and column < len(cells):
            for code in cells[column].split("`")[1::2]:
                yield from (word.split("=")[0] for word in code.split() if word.startswith("--"))


def dead_links(path):
    """Relative links of a document that lead nowhere."""
    text = re.sub(r"^(```.*?^```|    .*?$)", "", path.read_text(), flags=re.S | re.M)
    for target in re.findall(r"\]\(([^) ]+)", text):
        if "://" in target or target.startswith(("#", "mailto:")):
            continue
        if not (path.parent / target.split("#")[0]).exists():
            yield target


def metric_names(text):
    """Names of metrics in a text, expressions and prose alike."""
    found = set(re.findall(r"\b(?:vllm|martlet):[a-z][a-z0-9_]+|\bhttp_requests_total\b|\bprocess_[a-z_]+", text))
    return {name for name in found if not name.endswith("_")}


def families(exposition):
    """Names that may be asked for: of series, and of histograms."""
    names = set(re.findall(r"^# TYPE (\S+)", exposition, re.M))
    return names | set(re.findall(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)[{ ]", exposition, re.M))
