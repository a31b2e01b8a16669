"""The training: two processes, one for each core, share the weights and add their gradients."""
import time

import torch
import torch.multiprocessing as processes
from torch.nn import functional

from .model import Llama, count_of_weights
from .optimizer import make_optimizers
from .saving import save

WORKERS = 2
TOKENS_PER_BATCH = 2048
BATCHES_PER_STEP = 1
MUON_RATE, ADAM_RATE, DECAY = 0.02, 4e-3, 0.02
WARMUP_STEPS = 40


def rate(step, share, cooldown):
    """The part of the peak rate at `share` of the time: warmup, constant, then down to zero."""
    warmth = min(1.0, (step + 1) / WARMUP_STEPS)
    return warmth * max(0.0, min(1.0, (1 - share) / cooldown))


def loss_of(model, batch):
    tokens, weights = batch
    inputs, targets = tokens[:, :-1], tokens[:, 1:]
    weights = weights[:, 1:]
    positions = torch.arange(inputs.shape[1]).expand_as(inputs)
    logits = model(inputs, positions)
    losses = functional.cross_entropy(
        logits.reshape(-1, logits.shape[-1]), targets.reshape(-1), reduction="none")
    return (losses * weights.reshape(-1)).sum(), weights.sum()


def update(weights, own, buffer, scale, optimizers):
    """One step of those weights that are this process's own, by the gradients of both."""
    shapes, held = [weight.numel() for weight in weights], {}
    for weight, first, second in zip(weights, *(part.split(shapes) for part in buffer)):
        if id(weight) in own:
            held[weight] = weight.grad
            weight.grad = (first + second).view_as(weight).mul_(scale)
    torch.nn.utils.clip_grad_norm_(list(held), 1.0)
    for optimizer in optimizers:
        optimizer.step()
    for weight, gradient in held.items():
        weight.grad = gradient


def work(rank, model, buffer, counts, barrier, stop, batches, options):
    """What one process does: gradients of its batches, the update of its part of the weights."""
    torch.set_num_threads(1)
    torch.manual_seed(options.seed + rank)
    weights = list(model.parameters())
    shapes = [weight.numel() for weight in weights]
    for weight, piece in zip(weights, buffer[rank].split(shapes)):
        weight.grad = piece.view_as(weight)
    # Each process updates its own share of the weights; they lie in memory that both see.
    optimizers = make_optimizers(
        model, MUON_RATE * options.rate, ADAM_RATE * options.rate, DECAY, rank, WORKERS)
    own = {id(w) for optimizer in optimizers for g in optimizer.param_groups for w in g["params"]}
    begin, step, smooth, seen, saved = time.time(), 0, None, 0, time.time()
    budget = options.minutes * 60
    while True:
        # One process decides for both, so that they end at the same step.
        if rank == 0:
            stop[0] = (time.time() - begin) / budget
        barrier.wait()
        share = float(stop[0])
        if share >= 1:
            break
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * rate(step, share, options.cooldown)
        buffer[rank].zero_()
        total, count = 0.0, 0.0
        for part in range(BATCHES_PER_STEP):
            index = (step * BATCHES_PER_STEP + part) * WORKERS + rank
            batch = batches(index)
            loss, weight = loss_of(model, batch)
            loss.backward()
            total, count = total + loss.item(), count + weight.item()
            seen += int((batch[1] > 0).sum())
        counts[rank, 0], counts[rank, 1], counts[rank, 2] = total, count, seen
        barrier.wait()
        update(weights, own, buffer, 1 / float(counts[:, 1].sum()), optimizers)
        step += 1
        loss = float(counts[:, 0].sum() / counts[:, 1].sum())
        smooth = loss if smooth is None else 0.95 * smooth + 0.05 * loss
        barrier.wait()
        if rank == 0 and (step % 25 == 0 or step == 5):
            seconds = time.time() - begin
            tokens = int(counts[:, 2].sum())
            print(f"step {step}  {seconds / 60:.1f} min  {tokens / 1e6:.2f} M tokens  "
                  f"{tokens / seconds:.0f}/s  loss {smooth:.4f}  "
                  f"rate {group['lr'] / group['peak']:.2f}",
                  flush=True)
        if rank == 0 and time.time() - saved > options.save_every * 60:
            saved = time.time()
            save(model, options.out, options.about)
    if rank == 0:
        save(model, options.out, options.about)
        seconds, tokens = time.time() - begin, int(counts[:, 2].sum())
        print(f"done: {step} steps, {tokens / 1e6:.2f} M tokens in {seconds / 60:.1f} min, "
              f"loss {smooth:.4f}", flush=True)


def train(shape, batches, options, start=None):
    torch.manual_seed(options.seed)
    model = Llama(shape)
    if start is not None:
        model.load_state_dict(start)
    print(f"{count_of_weights(model):,} weights", flush=True)
    model.share_memory()
    buffer = [torch.zeros(count_of_weights(model)).share_memory_() for _ in range(WORKERS)]
    counts = torch.zeros(WORKERS, 3, dtype=torch.float64).share_memory_()
    stop = torch.zeros(1).share_memory_()
    barrier = processes.get_context("fork").Barrier(WORKERS)
    children = [
        processes.get_context("fork").Process(
            target=work, args=(rank, model, buffer, counts, barrier, stop, batches, options))
        for rank in range(WORKERS)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    if any(child.exitcode for child in children):
        raise SystemExit("a process of the training failed")
    return model
