"""A narrative to its findings: the paragraphs that blank lines, rules or clause labels divide, and the
points of a list that is all there is.

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
from .amfori_lines import column_heads, is_label
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
    rf"[\s#*]*[（(]?(?:(?P<number>\d{{1,2}})(?:\.(?!\d)|[、)）])|(?P<zh>[{_DIGITS}])[、)）])"
)
_BULLET = re.compile(r"\s*([•●▪◆·*–-])\s")
_WORDS = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]{2}")
_MIN_POINT = 3  # words, or twice as many Chinese characters, of every point that is a finding
_STATEMENT = 5  # and of most of them
_END = re.compile(r"(?<!Ltd)(?<!Inc)[.!?。！？；;…][\s\"'”’）)】\]]*$")
_ASIDE = re.compile(r"\s*[（(a-z]")
_MAX_HEADING = 120  # characters of a line
_MAX_TITLES = 3  # lines above a list
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
        blocks = _below_title(blocks[0]) or _at_labels(blocks[0])
    if len(blocks) > 1 and any(map(_tells, blocks)):
        blocks, headings = _without_headings(blocks)
    blocks = _listed(blocks)
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


def _below_title(block: _Block) -> list[_Block]:
    """The titles above a list of findings, and the list; empty where there is none of either. Lines
    that end in a colon introduce the list, and it is one finding."""
    at = next((i for i, line in enumerate(block.lines) if _opening(line)), 0)
    titles = block.lines[:at]
    if not 0 < at <= _MAX_TITLES or not all(map(_is_heading, titles)):
        return []
    if titles[-1].rstrip().endswith((":", "：")) and not is_label(titles[-1]):
        return []
    rest = _Block(block.lines[at:], block.line + at, False)
    return [_Block(titles, block.line, False), rest] if len(_at_points(rest)) > 1 else []


def _listed(blocks: list[_Block]) -> list[_Block]:
    """Blocks divided at the points of lists, where one opens the text and each list is of findings."""
    bare = [_unlabelled(block) for block in blocks]
    if not _opening(bare[0].lines[0]):
        return blocks
    parts = [_at_points(block) for block in bare]
    whole = [part[0] for part in parts if len(part) == 1]
    if len(whole) == len(parts) or any(sum(map(bool, map(_opening, b.lines))) > 1 for b in whole):
        return blocks
    return [block for part in parts for block in part]


def _unlabelled(block: _Block) -> _Block:
    """A block without the name of its language in a line above it."""
    named = len(block.lines) > 1 and bool(column_heads(block.lines[0].strip(" :：【】[]")))
    return _Block(block.lines[1:], block.line + 1, block.ruled) if named else block


def _opening(line: str) -> tuple[str, int] | None:
    """How the points of a list are marked (digits as "0") where a line is one, and its number, 0 for a
    bullet."""
    if bullet := _BULLET.match(line):
        return bullet[1], 0
    match, mark = _NUMBERED.match(line), _mark(line)
    if not match or not mark:
        return None
    sign = re.sub(rf"\d+|[{_DIGITS}]", "0", match[0].strip())
    return sign.replace("、", "."), int(mark)


def _at_points(block: _Block) -> list[_Block]:
    """A paragraph divided before its points, where it opens with the first of them, the numbers run on
    and each is a statement: no list of things inside a finding."""
    first = _opening(block.lines[0])
    if not first:
        return [block]
    opened = ((i, _opening(line)) for i, line in enumerate(block.lines))
    points = [(i, one[1]) for i, one in opened if one and one[0] == first[0]]
    starts = [i for i, _ in points]
    runs_on = all(number == first[1] + k for k, (_, number) in enumerate(points))
    if len(starts) < 2 or (first[1] and not runs_on):
        return [block]
    ends = [*starts[1:], len(block.lines)]
    parts = [
        _Block(block.lines[a:b], block.line + a, True) for a, b in zip(starts, ends, strict=True)
    ]
    words = [len(_WORDS.findall(part.text)) for part in parts]
    told = sum(n >= _STATEMENT and _tells(part) for n, part in zip(words, parts, strict=True))
    open_end = any(part.lines[-1].rstrip().endswith((":", "：")) for part in parts)
    if min(words) < _MIN_POINT or 3 * told < 2 * len(parts) or open_end:
        return [block]
    return parts


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
        elif groups and not mark and not block.ruled and _translates(block, groups[-1]):
            groups[-1].append(block)
        else:
            waiting.setdefault((mark, used), []).append(len(groups))
            groups.append([block])
    return groups


def _translates(block: _Block, group: list[_Block]) -> bool:
    """Whether a paragraph without a number is in one language, and the numbered one above in the
    other."""
    return (
        len(group) == 1
        and _mark(group[0].text) is not None
        and len(_languages(block)) == len(_languages(group[0])) == 1
        and _languages(block) != _languages(group[0])
    )


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
