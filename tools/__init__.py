"""What needs no opinion about claims: readers of file formats, stores, the index, the encoder, language rules."""

import os

# onnxruntime reports to its maker from the moment it is loaded (device, system, program) unless this is set before.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
