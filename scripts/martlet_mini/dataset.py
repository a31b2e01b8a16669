"""From texts to batches: the tokenizer, the weights of tokens, rows of about the same length."""
import array
import random

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from . import chats, plain
from .saving import END, END_OF_TEXT, MARKS, START

CHAT_SHARE = 0.66
# Of the user's words little can be known beforehand; of the answer everything.
ASKED_WEIGHT = 0.1
LIMITS = [16, 24, 32, 40, 48, 56, 64, 80, 96, 128, 160, 224, 320, 512, 1024]


def rendered(messages):
    return "".join(f"<|im_start|>{role}\n{text}<|im_end|>\n" for role, text in messages)


def document(rng):
    """One text as the model will see it."""
    kind = rng.random()
    if kind < CHAT_SHARE:
        return rendered(chats.conversation(rng))
    if kind < CHAT_SHARE + 0.004:
        # Long conversations, so that late positions are learned too.
        messages = []
        for _ in range(rng.randrange(5, 14)):
            messages += [part for part in chats.conversation(rng) if part[0] != "system"]
        return rendered(messages)
    return plain.text(rng) + MARKS[END_OF_TEXT]


def make_tokenizer(size, seed, samples=30000):
    """Byte-level BPE in which every digit is a token of its own, so that sums can be learned."""
    rng = random.Random(seed)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=MARKS, show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.train_from_iterator(
        (document(rng).replace("<|im_start|>", "").replace("<|im_end|>", "")
         for _ in range(samples)), trainer)
    tokenizer.add_special_tokens(
        [AddedToken(mark, special=True, normalized=False) for mark in MARKS])
    return tokenizer


def weights_of(ids, assistant):
    """1 for the tokens that the model has to say, little for those it is told."""
    if ids[0] != START:
        return [1.0] * len(ids)
    weights, speaking = [], False
    for index, id in enumerate(ids):
        if id == START:
            speaking = ids[index + 1:index + 1 + len(assistant)] == assistant
            header = len(assistant) + 1
        if speaking and header <= 0:
            weights.append(1.0)
        else:
            weights.append(ASKED_WEIGHT)
        header -= 1
        if id == END:
            speaking = False
    return weights


class Rows:
    """Texts as tokens, sorted into batches of rows of about one length."""

    def __init__(self, tokenizer, count, seed, tokens_per_batch):
        rng = random.Random(seed)
        assistant = tokenizer.encode("assistant\n").ids
        buckets = {limit: [] for limit in LIMITS}
        self.token_count = 0
        for start in range(0, count, 5000):
            texts = [document(rng) for _ in range(min(5000, count - start))]
            for encoded in tokenizer.encode_batch(texts):
                ids = encoded.ids[:LIMITS[-1] + 1]
                self.token_count += len(ids)
                limit = next(limit for limit in LIMITS if len(ids) <= limit + 1)
                buckets[limit].append((array.array("h", ids),
                                       array.array("f", weights_of(ids, assistant))))
        self.batches = []
        for limit, rows in buckets.items():
            size = max(1, tokens_per_batch // limit)
            self.batches += [rows[start:start + size] for start in range(0, len(rows), size)]
        self.seed = seed

    def __call__(self, index):
        """Tokens and weights [rows, length] of a batch; after all, anew in another order."""
        turn, place = divmod(index, len(self.batches))
        order = list(range(len(self.batches)))
        random.Random(self.seed + turn).shuffle(order)
        rows = self.batches[order[place]]
        length = max(len(ids) for ids, _ in rows)
        tokens = torch.zeros(len(rows), length, dtype=torch.long)
        weights = torch.zeros(len(rows), length)
        for row, (ids, own) in enumerate(rows):
            tokens[row, :len(ids)] = torch.tensor(ids.tolist())
            weights[row, :len(ids)] = torch.tensor(own.tolist())
        return tokens, weights
