"""A narrative to its findings: the paragraphs that blank lines, rules or clause labels divide.

Most texts are one finding, and paragraphs alone do not make them several: the English may stand in one
paragraph and the Chinese in the next, a law in brackets in a third. So paragraphs that belong together
are put together first, and where it stays open which do, the text is one finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from ..labels import LANGS, Lang
from ..stated import split_states
from .turns import VERB, by_language, language_of

_RULE = re.compile(r"\s*(?:[-=*_~—–][ \t]*){3,}")
_CLAUSE = (
    r"(?:clause|section|chapter|finding|issue|observation|non-?\s?(?:compliance|conformity)|NC|CAR|item|point"
    r"|条款|发现|审核发现|不符合项?|问题点?|第)"
)
_DIGITS = "一二三四五六七八九十"
_LABELLED = re.compile(
    rf"(?i)[\s#*【\[]*{_CLAUSE}\s*(?:no\.?)?\s*[-#:：.]?\s*(?P<label>\d{{1,3}}|[{_DIGITS}])(?!\d|\.\d)"
)
_NUMBERED = re.compile(
    rf"[\s#*]*[（(]?(?:(?P<number>\d{{1,2}})[.、)）](?!\d)|(?P<zh>[{_DIGITS}])[、)）])"
)
_END = re.compile(r"(?<!Ltd)(?<!Inc)[.!?。！？；;…][\s\"'”’）)】\]]*$")
_ASIDE = re.compile(r"\s*[（(a-z]")
_MAX_HEADING = 120  # characters of a line
_MIN_BARE = 3  # paragraphs in one language, without numbers and rules, that make several findings


class Part(NamedTuple):
    """A finding's text and the line on which it starts."""

    text: str
    line: int


@dataclass
class _Block:
    lines: list[str]
    line: int
    ruled: bool

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def divide(text: str) -> tuple[list[Part], list[str]]:
    """The findings of a text, and the headings between them; a text that is one finding as it stands."""
    blocks = _blocks(text)
    headings: list[str] = []
    if len(blocks) == 1:
        blocks = _at_labels(blocks[0])
    if len(blocks) > 1 and any(map(_tells, blocks)):
        blocks, headings = _without_headings(blocks)
    groups = _groups(_joined(blocks))
    if len(groups) < 2 or not _are_several(groups):
        first, last = blocks[0], blocks[-1]
        lines = text.split("\n")[first.line - 1 : last.line - 1 + len(last.lines)]
        whole = lines if not headings else [line for line in lines if line.strip() not in headings]
        return [Part("\n".join(whole), first.line)], headings
    return [
        Part("\n\n".join(block.text for block in group), group[0].line) for group in groups
    ], headings


def _blocks(text: str) -> list[_Block]:
    """The paragraphs between blank lines and rules."""
    blocks: list[_Block] = []
    fresh, ruled = True, False
    for number, line in enumerate(text.split("\n"), 1):
        rule = bool(_RULE.fullmatch(line))
        if rule or not line.strip():
            fresh, ruled = True, ruled or (rule and bool(blocks))
        elif fresh:
            blocks.append(_Block([line], number, ruled))
            fresh = ruled = False
        else:
            blocks[-1].lines.append(line)
    return blocks


def _at_labels(block: _Block) -> list[_Block]:
    """A paragraph divided before the lines that a clause's or a finding's label opens."""
    starts = [i for i, line in enumerate(block.lines) if _LABELLED.match(line)]
    if len({_mark(block.lines[i]) for i in starts}) < 2 or starts[0]:
        return [block]
    ends = [*starts[1:], len(block.lines)]
    return [
        _Block(block.lines[a:b], block.line + a, False) for a, b in zip(starts, ends, strict=True)
    ]


def _tells(block: _Block) -> bool:
    """Whether a line of it is a statement, or the end of one."""
    return any(_END.search(line) or VERB.search(line) for line in block.lines)


def _without_headings(blocks: list[_Block]) -> tuple[list[_Block], list[str]]:
    """The blocks that are more than a heading, and the headings: titles above the first statement, and
    lines set as a heading. Any other scrap goes with the block below it."""
    kept: list[_Block] = []
    headings: list[str] = []
    scrap: list[str] = []
    for block in blocks:
        lines = block.lines
        short = not _tells(block) and len(block.text) <= 3 * _MAX_HEADING
        if short and (all(map(_is_heading, lines)) or not (kept or scrap)):
            headings += [line.strip() for line in lines]
            continue
        while len(lines) > 1 and _is_heading(lines[0]):
            headings.append(lines[0].strip())
            lines = lines[1:]
        lines = [*scrap, *lines]
        if short:
            scrap = lines
        else:
            scrap = []
            kept.append(_Block(lines, block.line + len(block.lines) - len(lines), block.ruled))
    if scrap:
        kept.append(_Block(scrap, blocks[-1].line, False))
    told = frozenset().union(*map(_languages, blocks))
    if frozenset().union(*map(_languages, kept)) != told:
        return blocks, []  # what looks like a heading is all that one language says
    return kept, headings


def _is_heading(line: str) -> bool:
    """Whether a line is set as a heading: marked so, in capitals, in title case, or nothing but a
    label."""
    bare = line.strip()
    if _END.search(bare) or len(bare) > _MAX_HEADING:
        return False
    label = _LABELLED.match(bare)
    if bare.startswith("#") or (label and not bare[label.end() :].strip(" :：]】")):
        return True
    words = [word for word in re.findall(r"[A-Za-z][A-Za-z'-]*", bare) if len(word) > 3]
    return bool(words) and not VERB.search(bare) and all(word[0].isupper() for word in words)


def _joined(blocks: list[_Block]) -> list[_Block]:
    """Blocks with those put to the one before that only go on with it: an aside in brackets, the rest
    of a sentence, the current state after the previous one, points after a colon."""
    joined: list[_Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if last and not block.ruled and (_ASIDE.match(block.text) or _goes_on(last, block)):
            last.lines += ["", *block.lines]
        else:
            joined.append(block)
    return joined


def _goes_on(last: _Block, block: _Block) -> bool:
    if last.lines[-1].rstrip().endswith((":", "：")):
        return True
    lang = language_of(block.text)
    texts = last.text, block.text, f"{last.text}\n{block.text}"
    before, here, two = (split_states(text, lang).previous for text in texts)
    return bool(two) and not before and not here


def _languages(block: _Block) -> frozenset[Lang]:
    found: set[Lang] = set()
    for line in block.lines:
        if line.strip():
            found |= {lang for lang, _ in by_language(line)}
    return frozenset(found)


def _mark(line: str) -> str | None:
    """The number that opens a line: of a clause, a finding or a point."""
    match = _NUMBERED.match(line) or _LABELLED.match(line)
    if not match:
        return None
    mark = next(filter(None, match.groups()))
    return str(_DIGITS.index(mark) + 1) if mark in _DIGITS else str(int(mark))


def _groups(blocks: list[_Block]) -> list[list[_Block]]:
    """Blocks in both languages each by itself, a block in one with the one that translates it: of the
    same number, or the one before it where neither has a number."""
    groups: list[list[_Block]] = []
    waiting: dict[tuple[str | None, frozenset[Lang]], list[int]] = {}
    for block in blocks:
        used, mark = _languages(block), _mark(block.text)
        other = waiting.get((mark, frozenset(LANGS) - used), []) if len(used) == 1 else []
        if other and (mark or other[-1] == len(groups) - 1):
            groups[other.pop(0 if mark else -1)].append(block)
        else:
            waiting.setdefault((mark, used), []).append(len(groups))
            groups.append([block])
    return groups


def _are_several(groups: list[list[_Block]]) -> bool:
    used = [frozenset().union(*map(_languages, group)) for group in groups]
    both = sum(len(langs) == len(LANGS) for langs in used)
    whole = sum(len(_languages(block)) == len(LANGS) for group in groups for block in group)
    alone = {*used} - {frozenset(LANGS)}
    firsts = [group[0] for group in groups]
    parted = any(block.ruled for block in firsts) or sum(
        _mark(block.text) is not None for block in firsts
    ) * 2 > len(firsts)
    if whole >= 2 or (both >= 2 and len(alone) < 2):
        return True
    if len(alone) > 1:
        return parted and not both  # a file of findings, some in one language, some in the other
    if both:
        return bool(whole) or parted
    told = all(_END.search(block.text) for block in firsts)
    return parted or (len(groups) >= _MIN_BARE and told)
