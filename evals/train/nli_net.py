"""The cross-encoder in torch: MiniLM with a frozen trunk, trainable top layers and one head per task."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from nli_pairs import Example
from tokenizers import Tokenizer
from torch import Tensor, nn

from assignee.tools.nli_encoder import CLAIM_TOKENS, ROOM, TOKENS

__all__ = ["FROZEN", "PairNet", "encode", "logits", "seeded", "train"]

LAYERS, WIDTH, HEADS = 6, 384, 12
FROZEN = 2
BUDGET = 4096  # tokens of a batch, padding counted
OUTPUTS = 6  # three labels of each task


class Layer(nn.Module):
    """One BERT layer. Attention is written out: on processors torch's own flash kernel is slower backwards."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        n, length, _ = x.shape
        query, key, value = self.qkv(x).view(n, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        scores = (query * (WIDTH // HEADS) ** -0.5) @ key.transpose(-1, -2)
        scores += mask
        seen = (scores.softmax(-1) @ value).transpose(1, 2).reshape(n, length, WIDTH)
        x = self.norm1(x + self.out(seen))
        result: Tensor = self.norm2(x + self.down(nn.functional.gelu(self.up(x))))
        return result


class PairNet(nn.Module):
    """Token ids, segment ids and mask (n, length) to logits (n, tasks * labels)."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(30522, WIDTH), nn.Embedding(512, WIDTH)
        self.segments, self.norm = nn.Embedding(2, WIDTH), nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.drop, self.head = nn.Dropout(dropout), nn.Linear(2 * WIDTH, OUTPUTS)

    @classmethod
    def from_encoder(cls, weights: dict[str, np.ndarray], seed: int) -> PairNet:
        """The sentence encoder's weights, with new heads."""
        torch.manual_seed(seed)
        net = cls()
        w = {name: torch.from_numpy(np.array(value)) for name, value in weights.items()}
        e = "embeddings"
        state = {
            "words.weight": w[f"{e}.word_embeddings.weight"],
            "places.weight": w[f"{e}.position_embeddings.weight"],
            "segments.weight": w[f"{e}.token_type_embeddings.weight"],
            "norm.weight": w[f"{e}.LayerNorm.weight"],
            "norm.bias": w[f"{e}.LayerNorm.bias"],
        }
        names = {
            "out": "attention.output.dense", "norm1": "attention.output.LayerNorm",
            "up": "intermediate.dense", "down": "output.dense", "norm2": "output.LayerNorm",
        }  # fmt: skip
        for at in range(LAYERS):
            p = f"encoder.layer.{at}"
            for kind in ("weight", "bias"):
                parts = [w[f"{p}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
                state[f"layers.{at}.qkv.{kind}"] = torch.cat(parts)
                for ours, theirs in names.items():
                    state[f"layers.{at}.{ours}.{kind}"] = w[f"{p}.{theirs}.{kind}"]
        net.load_state_dict(state, strict=False)
        nn.init.normal_(net.head.weight, std=0.02)
        nn.init.zeros_(net.head.bias)
        return net

    def trained(self) -> list[nn.Parameter]:
        """The parameters that are not frozen."""
        return [*self.layers[FROZEN:].parameters(), *self.head.parameters()]

    def forward(self, ids: Tensor, segments: Tensor, kept: Tensor) -> Tensor:
        with torch.no_grad():
            places = self.places.weight[: ids.shape[1]]
            x = self.norm(self.words(ids) + self.segments(segments) + places)
            mask = ((1 - kept) * -1e4).to(x.dtype)[:, None, None, :]
            for layer in self.layers[:FROZEN]:
                x = layer(x, mask)
        for layer in self.layers[FROZEN:]:
            x = layer(x, mask)
        column = kept.to(x.dtype)[:, :, None]
        mean = (x * column).sum(1) / column.sum(1)
        result: Tensor = self.head(self.drop(torch.cat([x[:, 0], mean], dim=-1)))
        return result


def encode(tokenizer: Tokenizer, claim: str, premise: str) -> tuple[list[int], list[int]]:
    """Ids and segments of [CLS] claim [SEP] premise [SEP], what a first window holds."""
    one = tokenizer.encode(claim, add_special_tokens=False).ids[:CLAIM_TOKENS]
    two = tokenizer.encode(premise, add_special_tokens=False).ids[: max(ROOM, TOKENS - len(one) - 3)]
    ids = [101, *one, 102, *two, 102]
    return ids, [0] * (len(one) + 2) + [1] * (len(two) + 1)


def batches(lengths: Sequence[int], rng: random.Random | None) -> list[list[int]]:
    """Rows of similar length together, at most `BUDGET` tokens a batch; shuffled where `rng` is given."""
    order = list(range(len(lengths)))
    if rng:
        rng.shuffle(order)
    found: list[list[int]] = []
    step = 2048 if rng else max(1, len(order))
    for begin in range(0, len(order), step):
        batch: list[int] = []
        for at in sorted(order[begin : begin + step], key=lambda n: lengths[n]):
            if batch and (len(batch) + 1) * lengths[at] > BUDGET:
                found.append(batch)
                batch = []
            batch.append(at)
        if batch:
            found.append(batch)
    if rng:
        rng.shuffle(found)
    return found


def tensors(rows: Sequence[tuple[list[int], list[int]]], device: str) -> tuple[Tensor, Tensor, Tensor]:
    """Padded ids, segments and mask."""
    length = max(len(ids) for ids, _ in rows)
    block = np.zeros((3, len(rows), length), np.int64)
    for at, (ids, segments) in enumerate(rows):
        block[0, at, : len(ids)], block[1, at, : len(ids)], block[2, at, : len(ids)] = ids, segments, 1
    ids, segments, kept = torch.from_numpy(block).to(device)
    return ids, segments, kept


def seeded(seed: int) -> None:
    """Make what follows the same each time on one kind of machine."""
    torch.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)


def train(
    net: PairNet,
    tokenizer: Tokenizer,
    examples: Sequence[Example],
    *,
    epochs: float,
    rate: float,
    seed: int,
    teacher: np.ndarray | None = None,
    mix: float = 0.0,
    report: Callable[[str], None] = print,
    save: Path | None = None,
) -> PairNet:
    """AdamW with a linear schedule on soft targets, in bf16 with fp32 master weights; returns the net in fp32.

    `teacher` (n, 3) holds another model's probabilities; they make up the share `mix` of the targets.
    """
    seeded(seed)
    rng = random.Random(seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    rows = [encode(tokenizer, each.claim, " ".join(each.premise)) for each in examples]
    lengths = [len(ids) for ids, _ in rows]
    wanted = np.array([each.target for each in examples], np.float32)
    if teacher is not None:
        wanted = (1 - mix) * wanted + mix * teacher.astype(np.float32)
    targets = torch.from_numpy(wanted).to(device)
    tasks = torch.tensor([each.task for each in examples], device=device)
    weights = torch.tensor([each.weight for each in examples], device=device)
    plan = [batch for turn in range(math.ceil(epochs)) for batch in batches(lengths, rng)]
    plan = plan[: round(len(plan) * epochs / math.ceil(epochs))]
    frozen = {name: value.detach().float().cpu().clone() for name, value in net.state_dict().items()}
    net = net.to(device=device, dtype=torch.bfloat16).train()
    parameters = net.trained()
    masters = [p.detach().float().clone() for p in parameters]
    for each in masters:
        each.requires_grad_()
    decayed = [m for m in masters if m.ndim > 1]
    plain = [m for m in masters if m.ndim == 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}],
        lr=rate,
        fused=True,
    )
    began, seen, losses = time.perf_counter(), 0, []
    for step, batch in enumerate(plan):
        done = step / len(plan)
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, done / 0.06, (1 - done) / 0.94)
        raw = net(*tensors([rows[at] for at in batch], device)).float().view(len(batch), 2, 3)
        at = torch.tensor(batch, device=device)
        chosen = raw[torch.arange(len(batch), device=device), tasks[at]]
        each = -(targets[at] * chosen.log_softmax(-1)).sum(-1)
        loss = (each * weights[at]).sum() / weights[at].sum()
        loss.backward()
        for master, parameter in zip(masters, parameters, strict=True):
            master.grad = parameter.grad.float() if parameter.grad is not None else None
            parameter.grad = None
        torch.nn.utils.clip_grad_norm_(masters, 1.0)
        optimiser.step()
        with torch.no_grad():
            for master, parameter in zip(masters, parameters, strict=True):
                parameter.copy_(master)
        seen += len(batch)
        losses.append(float(loss.detach()))
        if step % 100 == 99 or step + 1 == len(plan):
            speed = seen / (time.perf_counter() - began)
            report(f"step {step + 1}/{len(plan)} loss {np.mean(losses[-100:]):.3f} {speed:.0f} pairs/s")
        if save and step % 400 == 399:
            torch.save(_full(net, masters, frozen), save)
    state = _full(net, masters, frozen)
    net = net.float().cpu()
    net.load_state_dict(state)
    if save:
        torch.save(state, save)
    return net.eval()


def _full(net: PairNet, masters: list[Tensor], frozen: dict[str, Tensor]) -> dict[str, Tensor]:
    """The state in fp32: what was frozen as it was given, not rounded to bf16; what was trained from the masters."""
    kept = {id(p): master for p, master in zip(net.trained(), masters, strict=True)}
    return {
        name: kept[id(p)].detach().float().cpu().clone() if id(p) in kept else frozen[name]
        for name, p in net.named_parameters()
    }


@torch.no_grad()
def logits(
    net: PairNet, tokenizer: Tokenizer, examples: Sequence[Example], *, half: bool = True
) -> np.ndarray:
    """Logits (n, 3) of each example's own task."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    net = net.to(device=device, dtype=torch.bfloat16 if half else torch.float32).eval()
    rows = [encode(tokenizer, each.claim, " ".join(each.premise)) for each in examples]
    found = np.zeros((len(examples), 3), np.float64)
    for batch in batches([len(ids) for ids, _ in rows], None):
        raw = net(*tensors([rows[at] for at in batch], device)).float().cpu().numpy().reshape(-1, 2, 3)
        for row, at in enumerate(batch):
            found[at] = raw[row, examples[at].task]
    return found
