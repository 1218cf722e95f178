"""An encoder that has learnt nothing, small enough to be packed in a test."""

from collections.abc import Sequence

import pytest
from bifinding.models.transformer import TransformerFeatures, ready


def features_of(texts: str, longer: Sequence[str] = ()) -> TransformerFeatures:
    """Its pieces are the characters of the texts, and some longer ones."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnx")
    transformers = pytest.importorskip("transformers")
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    special = ["<s>", "<pad>", "</s>", "<unk>"]
    pieces = [*special, *longer, "▁", *sorted(set(texts) - {" "})]
    tokenizer = Tokenizer(models.Unigram([(p, -1.0 - i / 9) for i, p in enumerate(pieces)], 3))
    tokenizer.add_special_tokens(special)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(split=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    torch.manual_seed(0)
    encoder = transformers.BertModel(
        transformers.BertConfig(
            vocab_size=len(pieces),
            hidden_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            intermediate_size=128,
            initializer_range=0.2,
        )
    )
    return TransformerFeatures(ready(encoder), tokenizer, "query: ", "follow-up: ", window=64)
