"""What the model is taught about the world: lists written by hand, checked by the reader."""

# animal, sound, young, legs, what it is
ANIMALS = [tuple(part.strip() for part in line.split(",")) for line in """
dog, barks, a puppy, four, a pet that is loyal to people
cat, meows, a kitten, four, a pet that likes to sleep and to hunt mice
cow, moos, a calf, four, a farm animal that gives milk
horse, neighs, a foal, four, a large animal that people can ride
sheep, bleats, a lamb, four, a farm animal that gives wool
goat, bleats, a kid, four, a farm animal that climbs well
pig, oinks, a piglet, four, a clever farm animal
lion, roars, a cub, four, a large wild cat of Africa
tiger, roars, a cub, four, a large wild cat with stripes
bear, growls, a cub, four, a large animal with thick fur
wolf, howls, a pup, four, a wild animal that lives in packs
fox, barks, a kit, four, a small wild animal with a bushy tail
elephant, trumpets, a calf, four, the largest animal on land
mouse, squeaks, a pup, four, a very small animal with a long tail
rabbit, squeaks, a kit, four, a small animal with long ears
frog, croaks, a tadpole, four, a small animal that lives near water
duck, quacks, a duckling, two, a bird that swims
hen, clucks, a chick, two, a bird that lays eggs
rooster, crows, a chick, two, a bird that calls in the morning
owl, hoots, an owlet, two, a bird that hunts at night
swan, hisses, a cygnet, two, a large white bird that swims
goose, honks, a gosling, two, a large bird that swims
bee, buzzes, a larva, six, an insect that makes honey
ant, makes almost no sound, a larva, six, a small insect that lives in a nest
butterfly, makes almost no sound, a caterpillar, six, an insect with coloured wings
spider, makes almost no sound, a spiderling, eight, a small animal that spins webs
fish, makes almost no sound, a fry, no, an animal that lives in water
snake, hisses, a snakelet, no, a long animal without legs
whale, sings, a calf, no, the largest animal in the sea
dolphin, whistles, a calf, no, a clever animal of the sea
giraffe, hums, a calf, four, the tallest animal
kangaroo, clicks, a joey, two, an animal of Australia that jumps
penguin, squawks, a chick, two, a bird that swims and cannot fly
squirrel, chatters, a kit, four, a small animal that gathers nuts
deer, bellows, a fawn, four, a shy animal of the woods
octopus, makes almost no sound, a larva, no, an animal of the sea with eight arms
""".strip().splitlines()]

OPPOSITES = [tuple(line.split()) for line in """
hot cold
big small
tall short
fast slow
day night
good bad
happy sad
old young
light dark
up down
left right
open closed
early late
full empty
high low
rich poor
strong weak
hard soft
wet dry
loud quiet
clean dirty
near far
first last
black white
thick thin
heavy light
sweet sour
true false
right wrong
in out
before after
push pull
win lose
buy sell
inside outside
begin end
love hate
summer winter
north south
east west
always never
easy difficult
wide narrow
deep shallow
""".strip().splitlines()]

COLOURS = [tuple(part.strip() for part in line.split(",")) for line in """
the sky, blue
the sky at night, black
grass, green
snow, white
milk, white
coal, black
blood, red
a lemon, yellow
a banana, yellow
the sun, yellow
a tomato, red
a strawberry, red
an orange, orange
a carrot, orange
a leaf, green
the sea, blue
chocolate, brown
a frog, green
an elephant, grey
a flamingo, pink
a ruby, red
an emerald, green
a swan, white
a raven, black
gold, yellow
a cucumber, green
""".strip().splitlines()]

PLANETS = [
    ("Mercury", "the planet nearest to the Sun"),
    ("Venus", "the second planet from the Sun and the hottest"),
    ("Earth", "the third planet from the Sun, and we live on it"),
    ("Mars", "the fourth planet from the Sun, called the red planet"),
    ("Jupiter", "the fifth planet from the Sun and the largest"),
    ("Saturn", "the sixth planet from the Sun, known for its rings"),
    ("Uranus", "the seventh planet from the Sun"),
    ("Neptune", "the eighth planet from the Sun and the farthest"),
]

ELEMENTS = [tuple(part.strip() for part in line.split(",")) for line in """
hydrogen, H, the lightest gas
helium, He, a light gas for balloons
carbon, C, found in coal and in diamonds
nitrogen, N, a gas that most of the air is made of
oxygen, O, a gas that we breathe
sodium, Na, a soft metal and a part of salt
aluminium, Al, a light metal
silicon, Si, used for computer chips
chlorine, Cl, a gas and a part of salt
calcium, Ca, found in bones and in milk
iron, Fe, a strong metal that rusts
copper, Cu, a red metal used for wires
zinc, Zn, a grey metal
silver, Ag, a shiny white metal
tin, Sn, a soft metal
gold, Au, a yellow metal that does not rust
mercury, Hg, a liquid metal
lead, Pb, a heavy metal
""".strip().splitlines()]

# question (without mark), answer
SMALL_FACTS = [tuple(part.strip() for part in line.split("|")) for line in """
how many days are in a week | There are seven days in a week.
how many months are in a year | There are twelve months in a year.
how many days are in a year | There are 365 days in a year, and 366 in a leap year.
how many hours are in a day | There are 24 hours in a day.
how many minutes are in an hour | There are 60 minutes in an hour.
how many seconds are in a minute | There are 60 seconds in a minute.
how many weeks are in a year | There are 52 weeks in a year.
how many years are in a century | There are 100 years in a century.
how many metres are in a kilometre | There are 1000 metres in a kilometre.
how many centimetres are in a metre | There are 100 centimetres in a metre.
how many grams are in a kilogram | There are 1000 grams in a kilogram.
how many letters are in the alphabet | There are 26 letters in the English alphabet.
how many legs does a table have | A table usually has four legs.
how many continents are there | There are seven continents.
how many planets are there | There are eight planets in the solar system.
how many fingers does a hand have | A hand has five fingers.
how many sides does a triangle have | A triangle has three sides.
how many sides does a square have | A square has four sides.
how many colours does a rainbow have | A rainbow is said to have seven colours.
how many wheels does a car have | A car has four wheels.
how many wheels does a bicycle have | A bicycle has two wheels.
what are the seasons | The seasons are spring, summer, autumn and winter.
name the seasons | The seasons are spring, summer, autumn and winter.
what are the primary colours | The primary colours are red, yellow and blue.
which season comes after winter | Spring comes after winter.
which season comes after spring | Summer comes after spring.
which season comes after summer | Autumn comes after summer.
which season comes after autumn | Winter comes after autumn.
what is the largest ocean | The largest ocean is the Pacific Ocean.
what is the largest planet | The largest planet is Jupiter.
what is the smallest planet | The smallest planet is Mercury.
which planet is the red planet | Mars is called the red planet.
which planet has rings | Saturn is known for its rings.
which planet do we live on | We live on Earth.
what is the largest animal | The largest animal is the blue whale.
what is the tallest animal | The tallest animal is the giraffe.
what is the fastest animal on land | The fastest animal on land is the cheetah.
what is the highest mountain | The highest mountain is Mount Everest.
what is the longest river | The Nile is often called the longest river.
what is the largest country | The largest country is Russia.
what is the largest continent | The largest continent is Asia.
what is the smallest continent | The smallest continent is Australia.
what do bees make | Bees make honey.
what do cows give | Cows give milk.
what do sheep give | Sheep give wool.
what is the capital of England | The capital of England is London.
what is the capital of Scotland | The capital of Scotland is Edinburgh.
what is water made of | Water is made of hydrogen and oxygen.
what is ice | Ice is frozen water.
what is snow | Snow is frozen water that falls from the clouds.
what is rain | Rain is water that falls from the clouds.
what is steam | Steam is water that became a gas.
what is the sun | The Sun is a star. The Earth goes around it.
what is the moon | The Moon goes around the Earth. It shines with the light of the Sun.
what is a star | A star is a very hot ball of gas that shines.
what is a planet | A planet is a large ball that goes around a star.
what is a tree | A tree is a tall plant with a trunk, branches and leaves.
what is a flower | A flower is the coloured part of a plant that makes seeds.
what is a bird | A bird is an animal with feathers and two wings.
what is an insect | An insect is a small animal with six legs.
what is a book | A book is a set of pages with text to read.
what is a computer | A computer is a machine that follows instructions very fast.
what is a river | A river is water that flows through the land to the sea.
what is a mountain | A mountain is a very high part of the land.
what is an island | An island is land with water all around it.
what is a desert | A desert is a dry place with little rain.
what is a city | A city is a place where many people live close together.
what is bread made of | Bread is made of flour, water and salt.
what is cheese made of | Cheese is made of milk.
what is glass made of | Glass is made of sand.
what is paper made of | Paper is made of wood.
what is wine made of | Wine is made of grapes.
what do plants need | Plants need light, water and air.
at what temperature does water boil | Water boils at 100 degrees Celsius.
at what temperature does water freeze | Water freezes at 0 degrees Celsius.
where does the sun rise | The Sun rises in the east.
where does the sun set | The Sun sets in the west.
is the earth flat | No. The Earth is round, like a ball.
is the sun a star | Yes. The Sun is a star.
is a whale a fish | No. A whale is not a fish. It breathes air.
is a penguin a bird | Yes. A penguin is a bird, but it cannot fly.
is a spider an insect | No. A spider has eight legs, and insects have six.
can penguins fly | No. Penguins cannot fly, but they swim well.
can birds fly | Most birds can fly, but penguins cannot.
can fish swim | Yes. Fish live in water and swim well.
can dogs fly | No. Dogs cannot fly.
is fire hot | Yes. Fire is very hot.
is ice cold | Yes. Ice is cold.
what is artificial intelligence | Artificial intelligence is software that learns from examples \
to do tasks such as reading, writing and seeing.
what is ai | AI is short for artificial intelligence: software that learns from examples.
what is a language model | A language model is software that continues a text: it guesses the \
next token again and again.
what is a neural network | A neural network is many simple sums, with weights that are learned \
from examples.
what is the internet | The internet joins computers all over the world, so that they can \
exchange data.
what is music | Music is sound that people arrange so that it is good to hear.
what is swift | Swift is a programming language. Martlet is written in it.
what is linux | Linux is an operating system. Martlet runs on it.
what is python | Python is a programming language. My training was written in it.
who made the earth | I do not know. The Earth is about four and a half billion years old.
how old is the earth | The Earth is about four and a half billion years old.
""".strip().replace("\\\n", "").splitlines()]

DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = ("January February March April May June July August September October November "
          "December").split()

NUMBER_WORDS = ("zero one two three four five six seven eight nine ten eleven twelve thirteen "
                "fourteen fifteen sixteen seventeen eighteen nineteen twenty").split()

SYLLABLES = ("ba ko mi ta re lu so ne vi da fo gu pa zi mo le ka ti no ra su be an el or in ar is "
             "un em").split()


def word(rng):
    """A word that does not exist: what is copied must be read, not known."""
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.randrange(2, 5)))


NAMES = ("Ana Ben Clara David Emma Felix Grace Henry Ida Jonas Kim Lena Max Nora Oscar Paul Rosa "
         "Sam Tom Vera Will Anna Bob Carla Dan Eva Finn Hanna Ivan Julia Karl Lucy Maria Nick Olga "
         "Peter Ruth Simon Tina Alice Mark John Sarah Laura Leo Mia Noah Ella Omar Priya Yuki Chen "
         "Fatima Diego Aisha Lars Ingrid Pierre Marie Hugo Zoe Adam Alex Chris").split()
