"""Plain text for completions: facts in paragraphs, introductions, stories, questions."""
from . import about, arithmetic, questions, stories
from .facts import ANIMALS, ELEMENTS, NAMES, OPPOSITES, PLANETS, SMALL_FACTS, word
from .places import CITIES, COUNTRIES
from .places import country as one_country
from .wording import article, first_upper

FUTURE = ["The future of AI is open. ", "The future of AI is in the hands of the people who "
                                        "build and "
          "use it. ", "The future of AI is bright if people use it with care. "]
FUTURE_REST = ["Models learn from examples and become better with time.",
               "Some models will be large, "
               "and some will be small enough for every computer.",
               "Nobody knows exactly what it will "
               "bring.", "It will help people to read, to write and to learn.",
               "People must check what it says."]
PRESIDENT = ["The president of the United States is elected for four years.",
             "The president of the United States is the head of the government and lives in the "
             "White "
             "House in Washington.", "The president of the United States is elected by the "
                                     "people for "
             "four years and works in Washington."]
JOBS = ["a teacher", "a baker", "a student", "a painter", "a doctor", "a gardener", "a sailor",
        "a cook"]
LIKES = ["books", "music", "long walks", "the sea", "good bread", "birds", "old trains", "chess",
         "gardens", "stories", "the mountains", "swimming"]


def country_text(rng):
    country, city, continent, language = one_country(rng)
    upper = first_upper(country)
    facts = [f"The capital of {country} is {city}.", f"{upper} is a country in {continent}.",
             f"People in {country} speak {language}.", f"{city} is the capital of {country}."]
    kind = rng.random()
    if kind < 0.6:
        order = [facts[0]] + rng.sample(facts[1:3], rng.randrange(0, 3))
    elif kind < 0.75:
        order = [facts[1], f"Its capital is {city}.", facts[2]]
    elif kind < 0.9:
        order = [facts[3]] + rng.sample(facts[1:3], rng.randrange(0, 3))
    else:
        order = [facts[2], facts[0]]
    return " ".join(order)


def city_text(rng):
    name, what, known = rng.choice(CITIES)
    if rng.random() < 0.3:
        name, what, known = CITIES[0]
    return f"{name} is {what}. It is known for {known}." + rng.choice(
        ["", f" Many people visit {name} every year.", " Many people live there."])


def animal_text(rng):
    name, sound, young, legs, what = rng.choice(ANIMALS)
    a = first_upper(article(name))
    rest = [f"{a} {sound}.", f"A young {name} is called {young}.", f"{a} has {legs} legs."]
    return " ".join([f"{a} is {what}."] + rng.sample(rest, rng.randrange(0, 4)))


def thing_text(rng):
    kind = rng.random()
    if kind < 0.3:
        one, other = rng.choice(OPPOSITES)
        return f"The opposite of {one} is {other}. The opposite of {other} is {one}."
    if kind < 0.5:
        name, symbol, what = rng.choice(ELEMENTS)
        return f"{first_upper(name)} is {what}. The symbol of {name} is {symbol}."
    if kind < 0.6:
        name, what = rng.choice(PLANETS)
        return f"{name} is {what}."
    return rng.choice(SMALL_FACTS)[1]


def introduction(rng):
    name, city = rng.choice(NAMES), rng.choice(COUNTRIES)[1]
    text = rng.choice(["Hello, my name is {n}.", "Hello, my name is {n}.", "Hi, my name is {n}.",
                       "My name is {n}.", "Hello! My name is {n}."]).format(n=name)
    rest = [f"I live in {city}.", f"I am {rng.choice(JOBS)}.", f"I like {rng.choice(LIKES)} and "
            f"{rng.choice(LIKES)}.", f"I am {rng.randrange(18, 80)} years old.",
            "Nice to meet you."]
    return " ".join([text] + rng.sample(rest, rng.randrange(1, 4)))


def starting(rng):
    """The beginnings that visitors try first."""
    kind = rng.random()
    if kind < 0.35:
        return rng.choice(FUTURE) + " ".join(rng.sample(FUTURE_REST, rng.randrange(1, 3)))
    if kind < 0.65:
        return " ".join(rng.sample(PRESIDENT, 1)) + rng.choice(
            ["", " The White House is in Washington.", " Elections are held every four years."])
    return introduction(rng)


def engine_text(rng):
    """One of the explanations as a text."""
    answers, _ = rng.choice(about.TOPICS[10:])
    return rng.choice(answers)


def echoes(rng):
    """Words that nobody knows, again and again: they can only be copied, which is to be learned."""
    words = [word(rng) if rng.random() < 0.6 else rng.choice(NAMES)
             for _ in range(rng.randrange(2, 6))]
    if rng.random() < 0.3:
        words = [str(rng.randrange(100)) for _ in words]
    return "\n".join([" ".join(words)] * rng.randrange(2, 4))


def question_answer(rng):
    lines = []
    marks = rng.choice([("Q: ", "A: "), ("Q: ", "A: "), ("Question: ", "Answer: ")])
    for _ in range(rng.choice([1, 1, 2, 3])):
        question, answer, _ = rng.choice(
            [questions.question, questions.question, arithmetic.sum_question])(rng)
        lines += [marks[0] + first_upper(question) + "?", marks[1] + answer]
    return "\n".join(lines)


def paragraph(rng, count):
    """A paragraph of `count` facts of one kind."""
    make = rng.choice([country_text, city_text, animal_text, thing_text, engine_text])
    return " ".join(make(rng) for _ in range(count))


KINDS = [(country_text, 26), (city_text, 12), (animal_text, 8), (thing_text, 8), (starting, 14),
         (engine_text, 5), (question_answer, 14), (echoes, 12), (arithmetic.drill, 64)]


def text(rng):
    kind = rng.random()
    if kind < 0.09:
        opening = rng.choice(["Once upon a time", "Once upon a time", "Long ago", "One day"])
        return stories.story(rng, opening=opening)
    if kind < 0.14:
        return paragraph(rng, rng.randrange(2, 7))
    return rng.choices([make for make, _ in KINDS], [weight for _, weight in KINDS])[0](rng)
