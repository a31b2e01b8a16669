"""Sums, differences, products, comparisons, counting and sequences."""
from .facts import NUMBER_WORDS

ADD = ["what is {a} + {b}", "what is {a} plus {b}", "how much is {a} plus {b}", "{a} + {b}",
       "{a}+{b}",
       "{a} plus {b}", "calculate {a} + {b}", "add {a} and {b}", "what is the sum of {a} and {b}",
       "{a} + {b} =", "{a}+{b}=", "compute {a} plus {b}", "how much is {a} + {b}",
       "what is {a}+{b}"]
SUBTRACT = ["what is {a} - {b}", "what is {a} minus {b}", "how much is {a} minus {b}", "{a} - {b}",
            "{a}-{b}", "{a} minus {b}", "calculate {a} - {b}", "subtract {b} from {a}",
            "{a} - {b} =",
            "{a}-{b}=", "compute {a} minus {b}", "how much is {a} - {b}", "what is {a}-{b}"]
MULTIPLY = ["what is {a} * {b}", "what is {a} times {b}", "how much is {a} times {b}", "{a} * {b}",
            "{a}*{b}", "{a} times {b}", "calculate {a} * {b}", "multiply {a} by {b}", "{a} x {b}",
            "what is the product of {a} and {b}", "{a} * {b} =", "what is {a} x {b}"]
LARGER = ["which is larger, {a} or {b}", "which number is larger, {a} or {b}",
          "which is bigger, {a} "
          "or {b}", "what is larger, {a} or {b}", "which is greater, {a} or {b}",
          "{a} or {b}, which "
          "is larger", "which of {a} and {b} is larger"]
SMALLER = ["which is smaller, {a} or {b}", "which number is smaller, {a} or {b}",
           "what is smaller, {a} or {b}", "which is less, {a} or {b}"]


def pair(rng):
    """Two numbers from 0 to 99, small ones more often than by chance."""
    top = rng.choice([10, 20, 100, 100, 100])
    return rng.randrange(top), rng.randrange(top)


def equation(rng):
    kind = rng.random()
    if kind < 0.45:
        a, b = pair(rng)
        return f"{a} + {b} = {a + b}", a, b, "+", a + b
    if kind < 0.8:
        a, b = pair(rng)
        if a < b and rng.random() < 0.8:
            a, b = b, a
        return f"{a} - {b} = {a - b}", a, b, "-", a - b
    a, b = rng.randrange(13), rng.randrange(13)
    return f"{a} * {b} = {a * b}", a, b, "*", a * b


def drill(rng):
    """Lines with nothing but equations, numbers or comparisons: the cheapest way to see many."""
    kind = rng.random()
    if kind < 0.14:
        return "\n".join(": ".join(counting(rng)[:2]) for _ in range(rng.randrange(2, 4))) + "\n"
    if kind < 0.26:
        make = [comparison, sequence, comparison]
        return "\n".join(rng.choice(make)(rng)[1] for _ in range(rng.randrange(3, 6))) + "\n"
    return "\n".join(equation(rng)[0] for _ in range(rng.randrange(4, 9))) + "\n"


def sum_question(rng):
    """A question and its answer, in which the equation is written again."""
    text, a, b, sign, result = equation(rng)
    forms = {"+": ADD, "-": SUBTRACT, "*": MULTIPLY}[sign]
    question = rng.choice(forms).format(a=a, b=b)
    if sign == "+" and a <= 10 and b <= 10 and rng.random() < 0.15:
        question = f"what is {NUMBER_WORDS[a]} plus {NUMBER_WORDS[b]}"
    return question, text + ".", str(result)


def comparison(rng):
    a, b = pair(rng)
    if a == b:
        b = a + 1
    if rng.random() < 0.65:
        best, word, forms = max(a, b), "larger", LARGER
    else:
        best, word, forms = min(a, b), "smaller", SMALLER
    other = a + b - best
    return rng.choice(forms).format(a=a, b=b), f"{best} is {word} than {other}.", str(best)


def counting(rng):
    if rng.random() < 0.5:
        first, last = 1, rng.randrange(3, 21)
        wording = rng.choice(["count to {last}", "count up to {last}", "count from 1 to {last}",
                              "can you count to {last}", "count until {last}"])
    else:
        first = rng.randrange(0, 40)
        last = first + rng.randrange(2, 12)
        wording = rng.choice(["count from {first} to {last}", "count from {first} up to {last}",
                              "write the numbers from {first} to {last}"])
    numbers = list(range(first, last + 1))
    if rng.random() < 0.15:
        wording, numbers = "count down from {last} to {first}", numbers[::-1]
    return wording.format(first=first, last=last), ", ".join(map(str, numbers)) + ".", None


def sequence(rng):
    kind = rng.randrange(3)
    if kind == 0:
        start, step = rng.randrange(20), rng.choice([1, 2, 2, 3, 5, 10])
        shown = [start + step * index for index in range(4)]
        shown_text, following = ", ".join(map(str, shown)), start + step * 4
        return (rng.choice(["what comes next: {x}", "what is next: {x}", "continue: {x}",
                            "what number comes next: {x}"]).format(x=shown_text),
                f"The next number is {following}.", str(following))
    number = rng.randrange(1, 99)
    if kind == 1:
        return (rng.choice(["what number comes after {x}", "what comes after {x}",
                            "which number comes after {x}"]).format(x=number),
                f"{number + 1} comes after {number}.", str(number + 1))
    return (rng.choice(["what number comes before {x}", "what comes before {x}",
                        "which number comes before {x}"]).format(x=number),
            f"{number - 1} comes before {number}.", str(number - 1))


def parity(rng):
    number = rng.randrange(100)
    asked = rng.choice(["even", "odd"])
    true = "even" if number % 2 == 0 else "odd"
    answer = ("Yes. " if asked == true else "No. ") + f"{number} is {true}."
    return f"is {number} {asked}", answer, "yes" if asked == true else "no"
