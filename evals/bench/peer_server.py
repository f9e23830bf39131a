"""Writes a tiny llama model with random weights and serves it with llama.cpp's own HTTP server, until it is ended.

    build/peer/bin/python evals/bench/peer_server.py FOLDER

Needs `xllamacpp` (llama.cpp with its server, built) and `gguf`; `make peer` puts them into an environment of their
own. Prints the base URL on a line of its own. The model knows single bytes and answers at random: what it proves is
that the wire holds and that nothing it says gets into a report unchecked.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

_WIDTH, _BLOCKS, _HEADS, _HIDDEN = 64, 2, 4, 128
_CONTEXT = 16384
_CHAT = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:"
_CONTROL, _UNKNOWN, _NORMAL, _BYTE = 3, 2, 1, 6  # kinds of tokens, as llama.cpp numbers them


def write_model(path: Path) -> None:
    """A llama of about half a megabyte; the same bytes every time."""
    import gguf  # type: ignore[import-not-found, unused-ignore]
    import numpy as np

    rng = np.random.default_rng(0)
    letters = ["\u2581" if code == 32 else chr(code) for code in range(32, 127)]
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{code:02X}>" for code in range(256)), *letters]
    kinds = [_UNKNOWN, _CONTROL, _CONTROL, *[_BYTE] * 256, *[_NORMAL] * len(letters)]
    out = gguf.GGUFWriter(str(path), "llama")
    out.add_context_length(_CONTEXT)
    out.add_embedding_length(_WIDTH)
    out.add_block_count(_BLOCKS)
    out.add_feed_forward_length(_HIDDEN)
    out.add_head_count(_HEADS)
    out.add_head_count_kv(_HEADS)
    out.add_layer_norm_rms_eps(1e-5)
    out.add_rope_dimension_count(_WIDTH // _HEADS)
    out.add_vocab_size(len(tokens))
    out.add_tokenizer_model("llama")
    out.add_token_list([token.encode() for token in tokens])
    out.add_token_scores([0.0] * len(tokens))
    out.add_token_types(kinds)
    out.add_bos_token_id(1)
    out.add_eos_token_id(2)
    out.add_unk_token_id(0)
    out.add_chat_template(_CHAT)
    square, up, down = (_WIDTH, _WIDTH), (_HIDDEN, _WIDTH), (_WIDTH, _HIDDEN)
    shapes = {"token_embd": (len(tokens), _WIDTH), "output": (len(tokens), _WIDTH)}
    flat = ["output_norm"]
    for at in range(_BLOCKS):
        block = f"blk.{at}."
        shapes |= {f"{block}attn_{name}": square for name in ("q", "k", "v", "output")}
        shapes |= {f"{block}ffn_gate": up, f"{block}ffn_up": up, f"{block}ffn_down": down}
        flat += [f"{block}attn_norm", f"{block}ffn_norm"]
    for name, shape in shapes.items():
        out.add_tensor(f"{name}.weight", (rng.standard_normal(shape) * 0.4).astype(np.float32))
    for name in flat:
        out.add_tensor(f"{name}.weight", np.ones(_WIDTH, np.float32))
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def serve(path: Path) -> None:
    """Serve on loopback until the process is ended."""
    import xllamacpp  # type: ignore[import-not-found, unused-ignore]

    asked = xllamacpp.CommonParams()
    asked.model.path = str(path)
    asked.n_ctx = _CONTEXT
    asked.n_parallel = 1
    asked.cpuparams.n_threads = 1
    asked.port = 0
    server = xllamacpp.Server(asked)
    print(f"{server.listening_address}/v1", flush=True)
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    model = Path(sys.argv[1]) / "random.gguf"
    write_model(model)
    serve(model)
