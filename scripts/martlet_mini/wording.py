"""How people write: the same question with other politeness, case, marks and slips."""

CONTRACTIONS = [
    ("what is ", ("what's ", "whats ")), ("who is ", ("who's ", "whos ")),
    ("where is ", ("where's ", "wheres ")), ("do not ", ("don't ", "dont ")),
    ("i am ", ("i'm ", "im ")), ("you are ", ("you're ",)), ("it is ", ("it's ",)),
]
BEFORE = ["please tell me, ", "tell me, ", "can you tell me, ", "do you know, ", "hey, ", "hi, ",
          "hello! ", "ok, ", "okay, ", "so ", "please: ", "a question: ", "question: ", "and ",
          "i would like to know: ", "quick question: ", "now, ", "well, ", "i wonder, "]
AFTER = [" please", ", please", " thanks", ", thank you", " exactly", ", do you know", " then",
         " again",
         " now", " really"]


def first_upper(text):
    return text[:1].upper() + text[1:]


def ask(rng, question, mark="?"):
    """The question (without its mark; names upper, the rest lower case) as somebody may type it."""
    text = question
    first = text.split(" ", 1)[0]
    if first in ("what", "who", "how", "which", "where") and rng.random() < 0.03 and " " in text:
        adverb = rng.choice(["exactly ", "really ", "actually ", "then "])
        if text.split(" ", 2)[1] in ("is", "are", "do", "does", "can"):
            text = first + " " + adverb + text[len(first) + 1:]
    if rng.random() < 0.3:
        for long, shorter in CONTRACTIONS:
            if text.startswith(long):
                text = rng.choice(shorter) + text[len(long):]
    if rng.random() < 0.14:
        text = rng.choice(BEFORE) + text
    if rng.random() < 0.12:
        text += rng.choice(AFTER)
    kind = rng.random()
    if kind < 0.55:
        return first_upper(text) + mark
    if kind < 0.67:
        return text + mark
    if kind < 0.79:
        return text.lower()
    if kind < 0.87:
        return first_upper(text)
    if kind < 0.92:
        return text.lower() + mark
    if kind < 0.95:
        return text.upper() + mark
    return first_upper(text) + rng.choice([" " + mark, mark + mark, ".", "!", " "]).rstrip()


def command(rng, text):
    """The same for what is asked for without a question mark."""
    if rng.random() < 0.2:
        text = rng.choice(["please ", "can you ", "could you ", "now ", "hey, ", "ok, ",
                           "hi! "]) + text
    if rng.random() < 0.12:
        text += rng.choice([" please", ", please", " for me", " now"])
    kind = rng.random()
    if kind < 0.5:
        return first_upper(text) + "."
    if kind < 0.75:
        return first_upper(text)
    if kind < 0.9:
        return text.lower()
    return first_upper(text) + "!"


def article(noun):
    return ("an " if noun[0] in "aeiou" else "a ") + noun


def listed(items):
    items = list(items)
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]
