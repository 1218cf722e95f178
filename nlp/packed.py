"""Transformers as they are shipped: one ONNX file each, read by ONNX Runtime."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from tokenizers import Tokenizer

from ..corpus.schema import InputError
from .layers import in_threads

METADATA = "bifinding"  # the entry that holds what the file says of itself


class PackedTransformer:
    """A transformer and its tokenizer. ``about`` is what the file says of itself, beside its weights;
    ``seconds`` counts the time spent with reading.

    A text is read by itself, on one thread and in whole numbers, so that it comes out the same to the
    bit whatever is read beside it.

    Raises:
        InputError: for a file that is missing or damaged.
    """

    def __init__(self, path: Path):
        import onnxruntime

        onnxruntime.disable_telemetry_events()  # which its builds for Windows send
        options = onnxruntime.SessionOptions()  # pyright: ignore[reportAttributeAccessIssue]
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors alone
        try:
            processor = ["CPUExecutionProvider"]
            self._session = onnxruntime.InferenceSession(path, options, providers=processor)
            entry = self._session.get_modelmeta().custom_metadata_map[METADATA]
            self.about: dict[str, Any] = json.loads(entry)
            self._tokenizer = Tokenizer.from_str(self.about["tokenizer"])
            # What is left of a long follow-up is its end, the current state.
            self._tokenizer.enable_truncation(int(self.about["window"]), direction="left")
        except Exception as error:  # neither library raises anything narrower
            what = f"no readable transformer ({type(error).__name__}: {error})"
            raise InputError(str(path), what, "install bifinding again") from error
        self.seconds = 0.0

    def read(self, texts: Sequence[str]) -> list[list[np.ndarray]]:
        """For each text the network's outputs, float32, shape (k,) each; in as many threads as joblib is set
        to."""
        start = time.perf_counter()
        found = in_threads(self._read, [(text,) for text in texts])
        self.seconds += time.perf_counter() - start
        return found

    def _read(self, text: str) -> list[np.ndarray]:
        # One by one: many at once are cut up in threads of their own, as many as there are cores.
        ids = np.array(self._tokenizer.encode(text).ids)
        return cast(list[np.ndarray], self._session.run(None, {"ids": ids}))
