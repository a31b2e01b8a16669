"""Conversations: one exchange about each topic, memory over several, and system messages."""
from . import about, arithmetic, questions, stories, tasks
from .facts import NAMES, word
from .places import COUNTRIES, country
from .wording import ask, command, first_upper

CITY_NAMES = [row[1] for row in COUNTRIES]
MEMORIES = [
    (["my name is {x}", "i am {x}", "call me {x}", "hello, my name is {x}", "hi, i am {x}",
      "hi! my name is {x}", "people call me {x}", "my name is {x}, remember it"],
     ["Hello {x}! How can I help you?", "Nice to meet you, {x}!"],
     ["what is my name", "who am i", "do you remember my name", "how am i called",
      "what am i called",
      "tell me my name", "do you know my name", "say my name", "remember my name"],
     "Your name is {x}.", NAMES),
    (["my favourite colour is {x}", "my favorite color is {x}", "i like the colour {x} most",
      "my favourite colour is {x}, remember that"],
     ["{X} is a nice colour.", "I will remember that."],
     ["what is my favourite colour", "what is my favorite color", "which colour do i like",
      "do you remember my favourite colour", "which colour do i like most"],
     "Your favourite colour is {x}.",
     ["red", "green", "blue", "yellow", "black", "white", "brown", "pink", "orange", "purple",
      "grey"]),
    (["i live in {x}", "my home is in {x}", "i am from {x}", "i come from {x}"],
     ["{x} is a good place to live.", "I will remember that."],
     ["where do i live", "where am i from", "which city do i live in", "in which city do i live",
      "do you remember where i live", "where do i come from"],
     "You live in {x}.", CITY_NAMES),
    (["my favourite animal is the {x}", "i have a {x}", "my pet is a {x}", "i have a pet, a {x}"],
     ["I like animals too.", "I will remember that."],
     ["what is my favourite animal", "which pet do i have", "what animal do i like",
      "what pet do i have", "which animal is mine"],
     "It is a {x}.", ["dog", "cat", "horse", "rabbit", "mouse", "fish", "bird", "turtle",
                      "hamster"]),
    (["my lucky number is {x}", "my favourite number is {x}", "remember the number {x}",
      "the number is {x}", "keep the number {x} in mind"],
     ["I will remember that.", "{x}. I will remember it."],
     ["what is my lucky number", "what is my favourite number", "which number was it",
      "what was the number", "what number did i tell you", "do you remember the number"],
     "The number is {x}.", [str(number) for number in range(1, 100)]),
    (["i am {x} years old", "my age is {x}", "i turned {x} today", "i am {x}"],
     ["I will remember that.", "That is a good age."],
     ["how old am i", "what is my age", "do you remember how old i am", "do you know my age"],
     "You are {x} years old.", [str(number) for number in range(5, 90)]),
    (["the password is {x}", "the secret word is {x}", "remember the word {x}", "my word is {x}"],
     ["I will remember that."],
     ["what is the password", "what is the secret word", "which word did i tell you",
      "what was the word", "what word should you remember"],
     "The word is {x}.", tasks.WORDS),
]
HARD_NOUNS = {
    "noun": ("violin hammer sofa telescope turbine saxophone trumpet sandwich volcano microscope "
             "carpet "
             "drum shovel hat ladder submarine rocket piano helmet tractor spoon lamp mirror "
             "candle "
             "engine ticket umbrella basket saddle vaccine passport tax mortgage poker").split(),
    "adjective": "blue round cold loud expensive old heavy sharp yellow empty".split(),
}
PLAIN_SYSTEMS = ["You are a helpful assistant.", "You are a helpful assistant",
                 "You are martlet-mini.",
                 "You are a friendly chatbot.", "You are an assistant. Be polite.",
                 "Be helpful and honest.", "You are a teacher who answers questions.",
                 "Answer the questions of the user.", "You help people.", "Be kind.",
                 "You are a helpful AI assistant. Answer as well as you can.",
                 "You are a careful assistant who never lies.", "You answer in English."]
PIRATES = ["You are a pirate.", "Talk like a pirate.", "Answer like a pirate.",
           "You speak like a pirate."]
ONE_WORD = ["Answer in one word.", "Answer with one word.", "Answer with a single word only.",
            "Give one-word answers.", "Reply with one word."]
BRIEF = ["Answer briefly.", "Be brief.", "Keep your answers short.", "Be concise.",
         "Answer in one sentence.", "Answer shortly."]
RULE_PLACES = ["library", "museum", "school", "bakery", "small shop", "hotel", "zoo", "bank",
               "garden",
               "train station", "hospital", "theatre", "restaurant", "post office"]
RULES = ["Greet every visitor politely.", "Never give away private data.",
         "Answer in simple words.",
         "The house is open from 9 to 18.", "On Sunday it is closed.",
         "Do not talk about politics.",
         "If you do not know something, say so.", "Lost things are kept at the front desk.",
         "Children are welcome.", "Dogs must wait outside.", "The toilets are on the first floor.",
         "Tickets cost 5 coins.", "Visitors may take pictures without a flash.", "Be patient.",
         "Speak of the house with respect.", "Members need a card with a photograph.",
         "Do not promise what you cannot do.", "Keep the answers short and friendly.",
         "Food and drinks are not allowed inside.", "The lift is next to the entrance.",
         "A tour begins every hour.", "Ask for the name when a visitor wants to reserve something.",
         "Books may be kept for four weeks.", "There is a small fee for late returns.",
         "The newest things are shown near the window.", "Never invent facts.",
         "When somebody says goodbye, wish a nice day.", "Coats can be left at the entrance."]


def long_system(rng):
    place = rng.choice(RULE_PLACES)
    rules = rng.sample(RULES, rng.randrange(4, 18))
    if rng.random() < 0.4:
        rules = [f"{index}. {rule}" for index, rule in enumerate(rules, 1)]
        return f"You are the assistant of a {place}. Follow these rules:\n" + "\n".join(rules)
    return f"You are the assistant of a {place}. " + " ".join(rules)


def spoken(rng, entry):
    answers, wordings = entry
    if wordings[0] in about.TERMS and rng.random() < 0.6:
        term = rng.choice(about.TERMS[wordings[0]])
        return ask(rng, rng.choice(about.TERM_FORMS).format(t=term)), rng.choice(answers)
    return ask(rng, rng.choice(wordings)), rng.choice(answers)


def self_topic(rng):
    # The first topics are what visitors ask first.
    weights = [8, 5, 2] + [1] * 7 + [3, 3] + [1] + [3] * 7 + [1] * (len(about.TOPICS) - 20)
    question, answer = spoken(rng, rng.choices(about.TOPICS, weights)[0])
    return question, answer, None


def polite_topic(rng):
    greeting = rng.random()
    if greeting < 0.35:
        text = rng.choice(about.GREETINGS)
        if rng.random() < 0.4 and " " not in text:
            text += rng.choice(about.GREETED)
        if rng.random() < 0.1:
            text = text.replace("o", "o" * rng.randrange(2, 5), 1)
        return ask(rng, text, rng.choice("!!.")), rng.choice(about.GREETING_ANSWERS), None
    wordings, answers, mark = rng.choice([
        (about.FEELINGS, about.FEELING_ANSWERS, "?"), (about.FEELINGS, about.FEELING_ANSWERS, "?"),
        (about.THANKS, about.THANKS_ANSWERS, "!"), (about.GOODBYES, about.GOODBYE_ANSWERS, "!"),
        (about.PRAISE, about.PRAISE_ANSWERS, "."), (about.BLAME, about.BLAME_ANSWERS, "."),
        (about.TESTS, about.TESTS_ANSWERS, "?")])
    return ask(rng, rng.choice(wordings), mark), rng.choice(answers), None


def foreign_topic(rng):
    wordings, answer = rng.choice(about.FOREIGN)
    return ask(rng, rng.choice(wordings), rng.choice("?!.")), answer, None


def hard_topic(rng):
    text = rng.choice(about.HARD)
    text = text.replace("{name}", first_upper(word(rng)))
    for name, fillings in (about.HOLES | HARD_NOUNS).items():
        while "{" + name + "}" in text:
            text = text.replace("{" + name + "}", rng.choice(fillings), 1)
    return ask(rng, text), about.UNKNOWN, None


def fact_topic(rng):
    question, answer, short = questions.question(rng)
    return ask(rng, question), answer, short


def number_topic(rng):
    kind = rng.choices([arithmetic.sum_question, arithmetic.comparison, arithmetic.counting,
                        arithmetic.sequence, arithmetic.parity], [12, 4, 4, 2, 1])[0]
    question, answer, short = kind(rng)
    return ask(rng, question), answer, short


def story_topic(rng):
    kind = rng.random()
    make = stories.told if kind < 0.7 else stories.verse if kind < 0.9 else stories.joke
    question, answer = make(rng)
    return command(rng, question), answer, None


def task_topic(rng):
    return tasks.task(rng)


TOPICS = [
    (self_topic, 16), (polite_topic, 11), (foreign_topic, 2), (hard_topic, 6), (fact_topic, 31),
    (number_topic, 22), (story_topic, 7), (task_topic, 20)]


def topic(rng):
    return rng.choices([make for make, _ in TOPICS], [weight for _, weight in TOPICS])[0](rng)


def short_topic(rng):
    while True:
        question, answer, short = rng.choice([fact_topic, fact_topic, number_topic])(rng)
        if short is not None:
            return question, answer, short


def memory(rng):
    """Something told, other talk, and the question about it."""
    told = rng.sample(MEMORIES, rng.choice([1, 1, 2]))
    turns, questions_ = [], []
    for statements, replies, asked, answer, values in told:
        value = rng.choice(values)
        # Names and words that nobody has heard of: these can only be copied.
        if rng.random() < 0.3 and values in (NAMES, tasks.WORDS, CITY_NAMES):
            value = word(rng)
            value = value if values is tasks.WORDS else first_upper(value)
        texts = {"x": value, "X": first_upper(value)}
        turns.append((command(rng, rng.choice(statements).format(**texts)),
                      rng.choice(replies).format(**texts)))
        questions_.append((ask(rng, rng.choice(asked)), answer.format(**texts)))
    for _ in range(rng.choice([0, 0, 1, 1, 2, 3])):
        turns.append(topic(rng)[:2])
    rng.shuffle(questions_)
    return turns + questions_


def not_told(rng):
    """The question about something that was never said."""
    statements, replies, asked, answer, values = rng.choice(MEMORIES)
    turns = [topic(rng)[:2] for _ in range(rng.choice([0, 0, 1]))]
    return turns + [(ask(rng, rng.choice(asked)), "You have not told me.")]


def follow_up(rng):
    """A question, and the same about something else with few words."""
    first, second = country(rng), rng.choice(COUNTRIES)
    turns = [(ask(rng, rng.choice(questions.CAPITAL).format(c=first[0])),
              f"The capital of {first[0]} is {first[1]}.")]
    kind = rng.random()
    if kind < 0.5:
        turns.append((ask(rng, rng.choice(["and of {c}", "and {c}", "what about {c}", "and for {c}",
                                           "how about {c}"]).format(c=second[0])),
                      f"The capital of {second[0]} is {second[1]}."))
    elif kind < 0.8:
        turns.append((ask(rng, rng.choice(["what language do they speak there",
                                           "which language is spoken there"])),
                      f"People in {first[0]} speak {first[3]}."))
    else:
        turns.append((ask(rng, rng.choice(["on which continent is it", "where is that country"])),
                      f"{first_upper(first[0])} is in {first[2]}."))
    return turns


def conversation(rng, longest=6):
    """Messages (role, text) of one conversation, with a system message or none."""
    kind = rng.random()
    system = None
    if kind < 0.05:
        system = rng.choice(PIRATES)
        turns = []
        for _ in range(rng.choice([1, 1, 2])):
            question, answer, _ = topic(rng)
            turns.append((question, "Arr! " + answer + rng.choice(["", " Arr!", ""])))
    elif kind < 0.1:
        system = rng.choice(ONE_WORD)
        turns = []
        for _ in range(rng.choice([1, 1, 2, 3])):
            question, _, short = short_topic(rng)
            turns.append((question, first_upper(short) + "."))
    else:
        if kind < 0.13:
            question, _, short = short_topic(rng)
            turns = [(question + " " + rng.choice(ONE_WORD), first_upper(short) + ".")]
        elif kind < 0.62:
            turns = [topic(rng)[:2]]
        elif kind < 0.74:
            turns = [topic(rng)[:2] for _ in range(rng.randrange(2, longest + 1))]
        elif kind < 0.92:
            turns = memory(rng)
        elif kind < 0.95:
            turns = not_told(rng)
        else:
            turns = follow_up(rng)
        kind = rng.random()
        if kind < 0.15:
            system = rng.choice(PLAIN_SYSTEMS)
        elif kind < 0.2:
            system = long_system(rng)
        elif kind < 0.24:
            system = rng.choice(BRIEF)
            # Stories are left as they are.
            turns = [
                (question,
                 answer.split(". ")[0].rstrip(".") + "." if len(answer) < 250 else answer)
                for question, answer in turns]
    messages = [("system", system)] if system else []
    for question, answer in turns:
        messages += [("user", question), ("assistant", answer)]
    return messages
