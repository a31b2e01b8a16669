"""What is done with a given text: say it again, extract, classify, summarize."""
import json

from .facts import NAMES, word
from .places import CITIES, COUNTRIES
from .plain import paragraph
from .wording import ask, command, first_upper

WORDS = ("apple river stone cloud window garden silver lamp paper mountain blue tiger piano bread "
         "winter forest ship candle mirror orange bridge honey castle pencil rocket flower thunder "
         "island key mango violin butter feather harbour lemon marble needle ocean pepper ribbon "
         "saddle ticket umbrella velvet wagon yellow zebra anchor basket copper dragon "
         "engine").split()
ADJECTIVES = ("red small old new quiet happy cold warm green round little bright tired young soft "
              "strange heavy golden").split()
VERBS = ("sees likes finds wants keeps draws opens carries loses paints").split()
JOBS = ("teacher baker doctor sailor farmer painter driver cook student writer nurse pilot").split()

THINGS = ("film book hotel phone meal service room car day game song shop teacher show product "
          "coffee "
          "pizza movie trip party").split()
GOOD = ("good great wonderful excellent perfect beautiful lovely amazing fantastic nice brilliant "
        "delightful superb fine").split()
BAD = ("bad terrible awful horrible boring dirty broken ugly poor disappointing useless dreadful "
       "annoying disgusting").split()
LIKED = ["i love this", "this is great", "what a wonderful day", "the food was excellent",
         "i am very happy with it", "a beautiful film", "the best book i know",
         "it works very well",
         "the people were friendly", "i would buy it again", "a very good hotel",
         "fantastic service",
         "i like it a lot", "everything was perfect", "amazing", "that made me smile",
         "the music is lovely", "i enjoyed every minute", "this phone is really good"]
DISLIKED = ["i hate this", "this is terrible", "what an awful day", "the food was cold and bad",
            "i am very unhappy with it", "a boring film", "the worst book i know",
            "it does not work", "the people were rude", "i would never buy it again",
            "a very dirty hotel", "horrible service", "i do not like it", "everything was wrong",
            "disgusting", "that made me angry", "the music is too loud", "a waste of time",
            "this phone is broken", "it was a disappointment"]


def sentence(rng):
    kind = rng.random()
    if kind < 0.3:
        return (f"{rng.choice(NAMES)} {rng.choice(VERBS)} the {rng.choice(ADJECTIVES)} "
                f"{rng.choice(WORDS)}")
    if kind < 0.5:
        return " ".join(rng.choice(WORDS) for _ in range(rng.randrange(1, 5)))
    if kind < 0.65:
        return " ".join(word(rng) for _ in range(rng.randrange(1, 3)))
    if kind < 0.8:
        return f"the {rng.choice(ADJECTIVES)} {rng.choice(WORDS)} is {rng.choice(ADJECTIVES)}"
    if kind < 0.9:
        return rng.choice(["hello", "good morning", "yes", "no", "thank you", "i like cheese",
                           "hello world", "this is a test", "the sun is shining", "martlet",
                           "banana"])
    return " ".join(str(rng.randrange(100)) for _ in range(rng.randrange(1, 5)))


def repeat(rng):
    text = sentence(rng)
    if rng.random() < 0.5:
        text = first_upper(text)
    if rng.random() < 0.3 and text[-1].isalpha():
        text += "."
    form = rng.choice(["Say {x}", "Repeat after me: {x}", "Repeat: {x}", "say {x}", "Say: {x}",
                       "repeat after me: {x}", "Please say {x}", "Say \"{x}\"", "Repeat \"{x}\"",
                       "Can you say {x}", "Repeat this: {x}", "Write {x}", "Echo {x}",
                       "Copy this: {x}"])
    return form.format(x=text), text, None


def person(rng):
    name = rng.choice(NAMES) if rng.random() < 0.7 else first_upper(word(rng))
    age, job = rng.randrange(5, 90), rng.choice(JOBS)
    city = rng.choice(COUNTRIES)[1] if rng.random() < 0.7 else rng.choice(CITIES)[0]
    return name, age, job, city


def extract(rng):
    """A sentence about somebody, and the same as a JSON object."""
    name, age, job, city = person(rng)
    parts = {"name": name, "age": age, "job": job, "city": city}
    kinds = [["name", "age"], ["name", "city"], ["name", "age", "city"], ["name", "job"], ["name",
        "age"],
             ["name"], ["age"], ["city"]]
    keys = rng.choice(kinds)
    texts = {
        ("name", "age"): ["{name} is {age} years old.", "My name is {name} and I am {age}.",
                          "{name}, {age} years old", "This is {name}, who is {age}.",
                          "{name} is {age}."],
        ("name", "city"): ["{name} lives in {city}.", "{name} is from {city}.",
                           "My name is {name} and I live in {city}."],
        ("name", "age", "city"): ["{name} is {age} years old and lives in {city}.",
                                  "{name}, {age}, from {city}",
                                  "I am {name}, {age}, and live in {city}."],
        ("name", "job"): ["{name} is a {job}.", "{name} works as a {job}."],
    }
    known = tuple(keys) if tuple(keys) in texts else ("name", "age", "city")
    text = rng.choice(texts[known]).format(**parts)
    answer = json.dumps({key: parts[key] for key in keys})
    wanted = " and ".join(keys) if len(keys) < 3 else ", ".join(keys[:-1]) + " and " + keys[-1]
    form = rng.choice([
        "Extract {w} as JSON: {t}", "Answer as JSON with {w}: {t}", "{t} Answer as JSON with {w}.",
        "Give me {w} as JSON: {t}", "JSON with {w}: {t}", "Extract the {w} as JSON. {t}",
        "{t} Write {w} as JSON.", "Extract {w}: {t}", "Turn this into JSON with {w}: {t}"])
    if keys == ["name", "age"] or len(keys) == 3:
        form = rng.choice([form, form, "Extract: {t}", "As JSON: {t}", "Write this as JSON: {t}",
                           "Extract as JSON: {t}", "extract: {t}", "Extract the person: {t}"])
    return form.format(w=wanted, t=text), answer, None


def about_text(rng):
    """A question about a given sentence."""
    name, age, job, city = person(rng)
    text = rng.choice(["{n} is a {j} and lives in {c}.", "{n} is {a} years old and lives in {c}.",
                       "{n} is a {j} of {a} years.", "In {c} there is a {j} called {n}."])
    filled = text.format(n=name, a=age, j=job, c=city)
    asks = [("who is this about", f"It is about {name}."), ("what is the name",
        f"The name is {name}.")]
    if "{c}" in text:
        asks += [(f"where does {name} live", f"{name} lives in {city}."),
                 ("which city is it", f"It is {city}.")]
    if "{a}" in text:
        asks += [(f"how old is {name}", f"{name} is {age} years old.")]
    if "{j}" in text:
        asks += [(f"what does {name} do", f"{name} is a {job}."),
                 (f"what is the job of {name}", f"{name} is a {job}.")]
    question, answer = rng.choice(asks)
    return filled + " " + ask(rng, question), answer, None


def classify(rng):
    good = rng.random() < 0.5
    text = rng.choice(LIKED if good else DISLIKED)
    if rng.random() < 0.5:
        text = rng.choice(["the {t} was {a}", "this {t} is {a}", "what a {a} {t}", "my {t} is {a}",
                           "i find the {t} {a}", "the {t} is very {a}", "a {a} {t}"]).format(
            t=rng.choice(THINGS), a=rng.choice(GOOD if good else BAD))
    text = rng.choice([text, first_upper(text)]) + rng.choice([".", "", "!"])
    form = rng.choice(["Is this positive or negative: {x}", "Positive or negative: {x}",
                       "Is this good or bad, positive or negative? {x}",
                       "positive or negative? {x}",
                       "Classify as positive or negative: {x}", "What is the sentiment: {x}",
                       "Sentiment: {x}", "Is the sentiment positive or negative? {x}"])
    return form.format(x=text), "positive" if good else "negative", None


def summarize(rng):
    """A paragraph, of which the first sentence is said again."""
    text = paragraph(rng, rng.randrange(2, 7))
    first = text.split(". ")[0].rstrip(".") + "."
    form = rng.choice(["Summarize: {x}", "Summarize this text: {x}", "Summarize this: {x}",
                       "{x}\nSummarize.", "What is this text about? {x}",
                       "Summarize in one sentence: {x}",
                       "Sum up: {x}", "Give me a summary: {x}", "Summarize the following:\n{x}",
                       "Please summarize this text: {x}"])
    return form.format(x=text), first, None


def nonsense(rng):
    """What nobody can understand."""
    letters = "asdfghjklqwertyuiopzxcvbnm"
    text = " ".join("".join(rng.choice(letters) for _ in range(rng.randrange(3, 9)))
                    for _ in range(rng.randrange(1, 3)))
    if rng.random() < 0.3:
        text = rng.choice(["???", "...", "!!", "?", ".", ":-)", ";)", "%", "hmm", "a", "x", "1",
                           "the"])
    return text, "I did not understand that. Ask me a simple question.", None


KINDS = [(repeat, 32), (extract, 24), (classify, 10), (summarize, 9), (about_text, 12), (nonsense,
    4)]


def task(rng):
    return rng.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0](rng)
