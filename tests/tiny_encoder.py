"""An encoder small enough to be made in a test: a BERT of one layer or a few with random weights, and a
tokenizer of the words and characters of the texts that it will see."""

import re

import pytest


def write_tiny_encoder(folder, texts, layers=1):
    """Writes both to ``folder`` as ``transformers`` does; skips the test without torch."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    tokenizers = pytest.importorskip("tokenizers")
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    words = sorted(set(re.findall(r"[a-z]+|[^a-z\s]", " ".join(texts).lower())))
    vocabulary = {piece: i for i, piece in enumerate([*special, *words])}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = tokenizers.normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        encoder = transformers.BertModel(
            transformers.BertConfig(
                vocab_size=len(vocabulary),
                hidden_size=32,
                num_hidden_layers=layers,
                num_attention_heads=2,
                intermediate_size=64,
                max_position_embeddings=64,
                initializer_range=0.2,
                hidden_dropout_prob=0.0,
            )
        )
    encoder.save_pretrained(folder)
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", model_max_length=64
    ).save_pretrained(folder)
    return folder
