"""Two optimizers: Muon for the matrices of the layers, AdamW for the embedding and the norms."""
import torch


def orthogonalized(matrices, steps=5):
    """Replaces every singular value by about 1 (Jordan 2024): a quintic iteration, no SVD."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrices / (matrices.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    tall = x.size(-2) > x.size(-1)
    if tall:
        x = x.mT
    for _ in range(steps):
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    return x.mT if tall else x


class Muon(torch.optim.Optimizer):
    """Momentum whose every step is made orthogonal, so all directions of a matrix learn."""

    def __init__(self, weights, lr=0.02, momentum=0.95, decay=0.0):
        super().__init__(weights, {"lr": lr, "momentum": momentum, "decay": decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            same = {}
            for weight in group["params"]:
                same.setdefault(tuple(weight.shape), []).append(weight)
            for shape, weights in same.items():
                # Matrices of one size are worked on together: one batched product, not forty.
                gradients = torch.stack([weight.grad for weight in weights])
                state = self.state[weights[0]]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(gradients)
                state["momentum"].lerp_(gradients, 1 - group["momentum"])
                ahead = gradients.lerp(state["momentum"], group["momentum"])
                scale = max(1.0, shape[0] / shape[1]) ** 0.5
                for weight, update in zip(weights, orthogonalized(ahead)):
                    weight.mul_(1 - group["lr"] * group["decay"])
                    weight.add_(update, alpha=-group["lr"] * scale)


def make_optimizers(model, muon_rate, adam_rate, decay, rank, workers):
    """The optimizers of one of several processes, for its part of the weights."""
    matrices = [w for n, w in model.named_parameters() if w.dim() == 2 and "layers." in n]
    matrices = matrices[rank * len(matrices) // workers:(rank + 1) * len(matrices) // workers]
    others = [w for n, w in model.named_parameters() if not (w.dim() == 2 and "layers." in n)]
    optimizers = [Muon(matrices, lr=muon_rate, decay=decay)]
    if rank == workers - 1:
        optimizers.append(torch.optim.AdamW(
            others, lr=adam_rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True))
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["peak"] = group["lr"]
    return optimizers
