"""Tiny stories, poems and jokes, put together from parts that fit each other."""
from .wording import article

HEROES = ["fox", "bear", "mouse", "rabbit", "owl", "cat", "dog", "frog", "swift", "duck",
          "hedgehog",
          "wolf", "lion", "bird", "horse", "bee", "squirrel", "dragon", "robot", "turtle", "goat",
          "elephant", "fish", "penguin", "boy", "girl", "king", "queen", "baker", "sailor",
          "knight"]
HERO_NAMES = ["Pip", "Milo", "Luna", "Nell", "Toby", "Ruby", "Bruno", "Tilda", "Otto", "Lily",
              "Max",
              "Rosa", "Finn", "Ida", "Leo", "Mina", "Hugo", "Ella", "Sam", "Nora"]
KINDS = ["little", "young", "small", "brave", "shy", "clever", "curious", "kind", "lonely", "merry"]
FRIENDS = ["an old owl", "a kind bee", "a wise turtle", "a friendly crow", "a small mouse",
           "a quiet deer", "an old gardener", "a merry frog", "a young swift", "a tired bear"]
PLACES = ["in a green forest", "near a quiet river", "on a high hill", "in a small village",
          "by the sea", "in an old garden", "at the edge of a wide field", "under an old oak tree",
          "in a warm valley", "in a house with a red roof"]

# wish or trouble; how the friend helps; what is tried; how it ends
PROBLEMS = [
    ("{Name} wanted to see the moon up close.",
     "Look into the lake at night", "That night {name} went to the lake, and the moon lay there on "
     "the water.", "{Name} smiled, because the moon was so near."),
    ("One morning {name} could not find the way home.",
     "Follow the river, it knows the way", "So {name} followed the river, step by step.",
     "In the evening {name} saw the lights of home and was glad."),
    ("One day {name} lost a golden key.",
     "Look where you last sang", "{Name} went back to the place, and there was the key in the "
                                 "grass.",
     "From that day on {name} kept the key on a string."),
    ("{Name} had no friend to play with.",
     "Share your bread and somebody will come", "So {name} shared the bread with all who came by.",
     "In the end {name} had many friends."),
    ("{Name} was afraid of the dark.",
     "Count the stars and you will not be afraid", "So {name} sat outside and counted the stars.",
     "{Name} was not afraid any more and slept well."),
    ("One winter there was very little to eat.",
     "Let us put together what we have", "{Name} brought nuts, and the others brought bread and "
     "honey.", "There was enough for all, and they sang until late."),
    ("One day a great storm broke the bridge.",
     "We can build it again together", "{Name} carried wood and stones all day long.",
     "In the evening the new bridge was ready, and it was better than the old one."),
    ("{Name} wanted to learn to sing.",
     "Sing a little every morning", "So {name} sang every morning, even in the rain.",
     "In spring everybody came to listen, and {name} was proud."),
    ("{Name} found a small boat but did not know how to sail.",
     "Wait for a gentle wind", "{Name} waited, and then a gentle wind came and the boat began to "
                               "move.",
     "{Name} sailed around the island and came home happy."),
    ("One night {name} heard a strange sound.",
     "Take a lamp and look", "{Name} took a lamp and found a small kitten behind the door.",
     "{Name} gave it milk, and they were friends from then on."),
    ("{Name} wanted to plant a tree, but nothing grew.",
     "Give it water and give it time", "So {name} gave it water every day and waited.",
     "After a year there was a small green tree, and {name} danced."),
    ("{Name} wanted to fly like the birds.",
     "Climb the highest hill and close your eyes", "{Name} climbed the hill and felt the wind.",
     "It was almost like flying, and {name} laughed."),
    ("One day {name} found a letter without a name.",
     "Ask at every door", "{Name} went from door to door, and at the last door a child began to "
     "smile.", "The letter was from her brother, and {name} was thanked with cake."),
    ("{Name} was too slow to win the race.",
     "Do not look back, only go on", "So {name} went on, slowly, while the others slept.",
     "{Name} came in first, and nobody could believe it."),
]
TRAVELS = ["{Name} thought about it all day.", "It was a warm day, and the birds were singing.",
           "Nobody knew what to do.", "{Name} sat down and thought.", "The wind was cold that day.",
           ""]
LESSONS = ["And they lived happily ever after.", "The end.", "And that is the end of the story.",
           "",
           "It was a good day."]


def story(rng, hero=None, name=None, place=None, opening=None):
    """Five to eight sentences: who and where, a trouble, a friend's word, a try, an end."""
    hero = hero or rng.choice(HEROES)
    name = name or rng.choice(HERO_NAMES)
    place = place or rng.choice(PLACES)
    problem, word, deed, end = rng.choice(PROBLEMS)
    friend = rng.choice(FRIENDS)
    kind = rng.choice(KINDS)
    opening = opening or "Once upon a time"
    parts = [
        f"{opening}, there was {article(kind)} {hero} called {name}, who lived {place}.", problem,
        rng.choice(TRAVELS), f"Then {name} met {friend}.",
        f'"{word}," said the {friend.split(" ", 1)[1]}.',
        deed, end, rng.choice(LESSONS)]
    return " ".join(part for part in parts if part).format(Name=name, name=name)


STORY_WISHES = ["tell me a story", "tell me a short story", "write a short story", "tell a story",
                "write a story", "i want to hear a story", "a story please", "tell me a tale",
                "can you tell me a story", "tell me a bedtime story", "do you know a story",
                "story",
                "make up a story", "write a tiny story", "tell me another story"]
STORY_ABOUT = ["tell me a story about {x}", "write a story about {x}",
               "tell me a short story about {x}",
               "a story about {x}", "write a short story about {x}",
               "can you tell me a story about {x}",
               "i want a story about {x}", "story about {x}", "make up a story about {x}",
               "tell a story about {x}", "write me a story about {x}"]

# subject: three lines
HAIKUS = {
    "rain": ["Soft rain on the roof,", "the garden drinks and is still.",
             "A snail starts its walk."],
    "snow": ["White snow in the night,", "every sound has gone to sleep.",
             "One small bird looks out."],
    "the sea": ["The sea comes and goes,", "it brings a shell to my feet",
                "and takes back my name."],
    "spring": ["A bud on the branch,", "the wind is no longer cold.", "Somebody is glad."],
    "autumn": ["Red leaves on the road,", "the wind turns them like pages.",
               "The tree stands and waits."],
    "summer": ["Heat above the field,", "a cricket counts the hours.", "The lake does not move."],
    "winter": ["Frost on the window,", "it drew a forest by night.", "My breath makes a path."],
    "the moon": ["The moon in the pond,", "a frog jumps and breaks the light.",
                 "Then it is whole again."],
    "a bird": ["A bird without feet", "sleeps in the high summer wind.", "It will never land."],
    "a cat": ["The cat on the wall", "closes one eye, then the other.", "The sun does the rest."],
    "a tree": ["The tree does not walk,", "and yet it has seen so much.", "It tells it in leaves."],
    "a computer": ["A small light blinks on,", "numbers run through quiet wires.",
                   "It answers: hello."],
    "love": ["Two cups on the table,", "the tea is still warm in both.", "No one says a word."],
    "night": ["The last lamp goes out,", "a train sings far away.", "The stars are at work."],
    "the wind": ["Wind without a home,", "it knocks at every window",
                 "and leaves with the leaves."],
}
POEMS = {
    "rain": "The rain comes down, the rain comes down,\nit washes clean the dusty town.",
    "snow": "The snow came quietly in the night\nand made the whole dark village white.",
    "the sea": "The sea is wide, the sea is deep,\nit sings the little boats to sleep.",
    "spring": "The spring has come, the days are long,\nthe blackbird sings his morning song.",
    "the moon": "The moon looks in, so round and bright,\nand says to all of us: good night.",
    "a bird": "A martlet flies and never lands,\nacross the seas, across the sands.",
    "a cat": "My cat is grey, my cat is small,\nshe sits all day upon the wall.",
    "a tree": "The tree is old, the tree is tall,\nits leaves are yellow in the fall.",
    "love": "I give my heart, I give my hand,\nand you are my one native land.",
    "night": "The night is dark, the stars are bright,\nsleep well, my friend, sleep well, good "
             "night.",
    "summer": "The summer sun is warm and high,\nthe swifts are racing through the sky.",
    "a dog": "My dog is brown, my dog is glad,\nthe truest friend I ever had.",
}
JOKES = [
    "Why did the token cross the cache? To get to the other block.",
    "Why is the martlet never tired? It never lands, so it never learned to sit.",
    "What did the zero say to the eight? Nice belt!",
    "Why did the computer go to bed? It had been running all day.",
    "What did the big model say to the small one? You still have room to grow.",
    "Why was the clock sent out of class? It talked all the time: tick, tick, tick.",
    "What is a cat's favourite colour? Purr-ple.",
]
SUBJECTS = sorted(set(HAIKUS) | set(POEMS))


def told(rng):
    """A wish for a story and the story."""
    if rng.random() < 0.35:
        return rng.choice(STORY_WISHES), story(rng)
    hero, name = rng.choice(HEROES), None
    subject = article(hero)
    kind = rng.random()
    if kind < 0.15:
        subject = "the " + hero
    elif kind < 0.25:
        subject = article(rng.choice(KINDS)) + " " + hero
    elif kind < 0.35:
        name = rng.choice(HERO_NAMES)
        subject = f"{article(hero)} called {name}"
    return rng.choice(STORY_ABOUT).format(x=subject), story(rng, hero, name)


def verse(rng):
    kind = rng.random()
    if kind < 0.4:
        subject = rng.choice(list(HAIKUS))
        wish = rng.choice(["write a haiku about {x}", "a haiku about {x}", "haiku about {x}",
                           "can you write a haiku about {x}", "write me a haiku about {x}"])
        return wish.format(x=subject), "\n".join(HAIKUS[subject])
    if kind < 0.5:
        return rng.choice(["write a haiku", "a haiku please", "tell me a haiku"]), \
            "\n".join(HAIKUS[rng.choice(list(HAIKUS))])
    if kind < 0.85:
        subject = rng.choice(list(POEMS))
        wish = rng.choice(["write a poem about {x}", "a poem about {x}",
                           "write a short poem about {x}",
                           "tell me a poem about {x}", "poem about {x}",
                           "write me a poem about {x}"])
        return wish.format(x=subject), POEMS[subject]
    return rng.choice(["write a poem", "tell me a poem", "write a short poem", "a poem please"]), \
        POEMS[rng.choice(list(POEMS))]


def joke(rng):
    return rng.choice(["tell me a joke", "a joke please", "do you know a joke", "make me laugh",
                       "say something funny", "another joke", "tell a joke",
                       "joke"]), rng.choice(JOKES)
