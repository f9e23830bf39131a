"""The review as a LangGraph graph: state, nodes, wiring, progress events."""

import os

# LangGraph reads this once, when it is first imported: checkpoints then rebuild plain data only, never other types.
os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")
