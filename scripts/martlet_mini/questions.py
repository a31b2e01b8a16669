"""Questions about facts: each function gives (question without mark, answer, one-word answer)."""
from . import facts, places
from .facts import ANIMALS, COLOURS, DAYS, ELEMENTS, MONTHS, OPPOSITES, PLANETS
from .places import CITIES, COUNTRIES
from .wording import article, first_upper

CAPITAL = ["what is the capital of {c}", "what is the capital city of {c}", "capital of {c}",
           "the capital of {c}", "which city is the capital of {c}", "name the capital of {c}",
           "what city is the capital of {c}", "tell me the capital of {c}", "{c} capital",
           "do you know the capital of {c}", "what is {c}'s capital", "which is the capital of {c}",
           "give me the capital of {c}", "capital city of {c}",
           "say the capital of {c}", "could you tell me the capital of {c}",
           "what is the capital in {c}",
           "what capital does {c} have", "i need the capital of {c}", "{c}: capital"]
COUNTRY_OF = ["which country has the capital {k}", "{k} is the capital of which country",
              "what country is {k} the capital of", "of which country is {k} the capital",
              "{k} is the capital of what", "which country is {k} the capital of"]
WHERE_CAPITAL = ["where is {k}", "in which country is {k}", "which country is {k} in",
                 "what country is {k} in", "where can i find {k}", "where is {k} located"]
CONTINENT = ["on which continent is {c}", "which continent is {c} on", "where is {c}",
             "what continent is {c} in", "in which continent is {c}", "where is {c} located",
             "in what part of the world is {c}"]
LANGUAGE = ["what language do they speak in {c}", "which language is spoken in {c}",
            "what language is spoken in {c}", "which language do people speak in {c}",
            "what do people speak in {c}", "what is the language of {c}", "language of {c}"]
CITY = ["what is {x}", "tell me about {x}", "what do you know about {x}",
        "what kind of place is {x}",
        "describe {x}", "what can you tell me about {x}", "where is {x}", "what is {x} known for",
        "say something about {x}", "{x}"]


def capital(rng):
    country, city, continent, language = places.country(rng)
    asked = country
    if country in places.ALIASES and rng.random() < 0.4:
        asked = rng.choice(places.ALIASES[country])
    kind = rng.random()
    if kind < 0.62:
        return rng.choice(CAPITAL).format(c=asked), f"The capital of {country} is {city}.", city
    if kind < 0.72:
        return (rng.choice(COUNTRY_OF).format(k=city), f"{city} is the capital of {country}.",
                first_upper(country))
    if kind < 0.78:
        return (rng.choice(WHERE_CAPITAL).format(k=city),
                f"{city} is in {country}. It is the capital.", first_upper(country))
    if kind < 0.85:
        return (rng.choice(CONTINENT).format(c=asked), f"{first_upper(country)} is in {continent}.",
                continent)
    if kind < 0.93:
        return (rng.choice(LANGUAGE).format(c=asked),
                f"People in {country} speak {language}.", language)
    if kind < 0.96:
        wrong = rng.choice(COUNTRIES)
        right = rng.random() < 0.5 or wrong[1] == city
        shown = city if right else wrong[1]
        answer = ("Yes. " if right else "No. ") + f"The capital of {country} is {city}."
        return f"is {shown} the capital of {country}", answer, "yes" if right else "no"
    return (rng.choice(["tell me about {c}", "what is {c}", "what do you know about {c}"])
            .format(c=country), f"{first_upper(country)} is a country in {continent}. Its "
            f"capital is {city}, and people there speak {language}.", None)


def city(rng):
    name, what, known = rng.choice(CITIES)
    return rng.choice(CITY).format(x=name), f"{name} is {what}. It is known for {known}.", None


def animal(rng):
    name, sound, young, legs, what = rng.choice(ANIMALS)
    a = article(name)
    kind = rng.randrange(4)
    if kind == 0:
        verb = sound[:-1] if sound.endswith("s") and " " not in sound else None
        question = rng.choice(["what sound does {a} make", "what does {a} say",
                               "what noise does {a} make", "which sound does {a} make",
                               "how does {a} sound", "sound of {a}", "{a} says what",
                               "which noise does {a} make"]).format(a=a)
        return question, f"{first_upper(a)} {sound}.", sound if verb else None
    if kind == 1:
        return (rng.choice(["what is a young {n} called", "what is a baby {n} called",
                            "what is the young of {a} called", "what do you call a baby {n}",
                            "what do you call a young {n}", "how is a young {n} called",
                            "name of a young {n}",
                            "a young {n} is called what"])
                .format(n=name, a=a), f"A young {name} is called {young}.", young.split()[-1])
    if kind == 2:
        return (rng.choice(["how many legs does {a} have", "how many legs has {a}",
                            "number of legs of {a}", "how many legs are on {a}",
                            "tell me how many legs {a} has"]).format(a=a),
                f"{first_upper(a)} has {legs} legs.", legs)
    return (rng.choice(["what is {a}", "tell me about {a}", "describe {a}",
                        "what kind of animal is {a}"])
            .format(a=a), f"{first_upper(a)} is {what}.", None)


def opposite(rng):
    one, other = rng.choice(OPPOSITES)
    if rng.random() < 0.5:
        one, other = other, one
    return (rng.choice(["what is the opposite of {x}", "opposite of {x}",
                        "what is the contrary of {x}",
                        "name the opposite of {x}", "tell me the opposite of {x}",
                        "which word is the opposite of {x}"]).format(x=one),
            f"The opposite of {one} is {other}.", other)


def colour(rng):
    thing, shade = rng.choice(COLOURS)
    verb = "are" if thing == "leaves" else "is"
    word = rng.choice(["colour", "color"])
    return (rng.choice(["what {w} {v} {x}", "which {w} {v} {x}", "what is the {w} of {x}",
                        "the {w} of {x}", "tell me the {w} of {x}",
                        "{w} of {x}", "do you know the {w} of {x}"]).format(w=word, x=thing,
                            v=verb),
            f"{first_upper(thing)} {verb} {shade}.", shade)


def calendar(rng):
    names, kind = (DAYS, "day") if rng.random() < 0.45 else (MONTHS, "month")
    index = rng.randrange(len(names))
    name, choice = names[index], rng.random()
    if choice < 0.4:
        return (rng.choice([f"which {kind} comes after {name}", f"what {kind} comes after {name}",
                            f"what comes after {name}", f"what is the {kind} after {name}",
                            f"what {kind} is after {name}",
                            f"the {kind} following {name}", f"next {kind} after {name}"]),
                f"{names[(index + 1) % len(names)]} comes after {name}.",
                names[(index + 1) % len(names)])
    if choice < 0.75:
        return (rng.choice([f"which {kind} comes before {name}", f"what {kind} comes before {name}",
                            f"what comes before {name}", f"what is the {kind} before {name}"]),
                f"{names[index - 1]} comes before {name}.", names[index - 1])
    if kind == "day":
        return (rng.choice(["what are the days of the week", "name the days of the week",
                            "list the days of the week", "days of the week"]),
                "The days of the week are " + ", ".join(DAYS[:-1]) + " and Sunday.", None)
    if choice < 0.85:
        return (rng.choice(["what are the months of the year", "name the months of the year",
                            "list the months", "name the months", "months of the year"]),
                "The months are " + ", ".join(MONTHS[:-1]) + " and December.", None)
    days = 28 if name == "February" else 30 if name in ("April", "June", "September",
        "November") else 31
    extra = ", and 29 in a leap year" if days == 28 else ""
    return f"how many days does {name} have", f"{name} has {days} days{extra}.", str(days)


def planet(rng):
    if rng.random() < 0.2:
        return (rng.choice(["name the planets", "what are the planets", "list the planets",
                            "which planets are there"]),
                "The planets are " + ", ".join(name for name, _ in PLANETS[:-1]) + " and Neptune.",
                None)
    name, what = rng.choice(PLANETS[:2] + PLANETS[3:])
    return (rng.choice(["what is {x}", "tell me about {x}", "describe the planet {x}",
                        "what is the planet {x}", "what do you know about {x}"]).format(x=name),
            f"{name} is {what}.", None)


def element(rng):
    name, symbol, what = rng.choice(ELEMENTS)
    if rng.random() < 0.5 or name == "mercury":
        return (rng.choice(["what is the symbol of {x}", "what is the chemical symbol of {x}",
                            "symbol of {x}", "what is the symbol for {x}"]).format(x=name),
                f"The symbol of {name} is {symbol}.", symbol)
    return (rng.choice(["what is {x}", "tell me about {x}", "describe {x}"]).format(x=name),
            f"{first_upper(name)} is {what}.", None)


def reworded(rng, question):
    """The question of a small fact in other words."""
    if rng.random() < 0.5 or question.endswith(" of"):
        return question
    if question.startswith("how many") and " are in " in question:
        short = question.replace(" are in ", " in ")
        things, whole = question[9:].split(" are in ")
        return rng.choice([short, f"number of {things} in {whole}",
                           f"how many {things} has {whole}",
                           f"how many {things} does {whole} have", f"tell me how many {things} are "
                           f"in {whole}"])
    for start in ("what is the ", "what is ", "what are "):
        if question.startswith(start):
            thing = question[len(start):]
            if start == "what is the ":
                return rng.choice(["which is the ", "name the ", "the ", "tell me the "]) + thing
            return rng.choice(["explain what {x} is", "define {x}", "tell me what {x} is", "{x}",
                               "do you know what {x} is", "explain {x}"]).format(x=thing) \
                if start == "what is " else rng.choice(["name ", "tell me ", "which are "]) + thing
    return question


def small(rng):
    question, answer = rng.choice(facts.SMALL_FACTS)
    return reworded(rng, question), answer, None


KINDS = [(capital, 34), (city, 12), (animal, 11), (opposite, 5), (colour, 5), (calendar, 7),
         (planet, 3), (element, 4), (small, 19)]


def question(rng):
    return rng.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0](rng)
