"""What is odd about a cited article: there is none such, it moved, or it belongs to another area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...corpus.catalogue import laws
from ...corpus.labels import Area


@dataclass(frozen=True, slots=True)
class ArticleNote:
    """Something odd about a cited article; ``article`` is its number today where it moved."""

    kind: Literal["no_such_article", "renumbered", "other_area"]
    message: str
    article: str | None = None


def article_notes(law_id: str, article: str | None, area: Area | None = None) -> list[ArticleNote]:
    """What is odd about citing an article (None: the law as a whole) in a finding of an area.

    An unknown law or a law whose articles are not known gives no note.
    """
    law = laws().get(law_id)
    if law is None:
        return []
    notes: list[ArticleNote] = []
    name = law.names_en[0]
    number = int(article) if article and article.isdigit() else None
    if number is not None and law.articles and not 1 <= number <= law.articles:
        notes.append(
            ArticleNote(
                "no_such_article",
                f"{name} has {law.articles} articles; there is no article {article}",
            )
        )
    for change in law.renumbered:
        moved = change.get("map", {}).get(article)
        if moved and moved != article:
            fits = area and law.topics.get(str(moved), ("", "", None))[2] == area
            text = f"article {article} of {name} as of {change['from']} is article {moved} as of {change['to']}"
            notes.append(
                ArticleNote(
                    "renumbered", text + (", which fits the finding" if fits else ""), str(moved)
                )
            )
            break
    topic = law.topics.get(article) if article else None
    if area:
        if law.areas and area not in law.areas:
            notes.append(
                ArticleNote(
                    "other_area",
                    f"{name} is not cited under {area} but under {', '.join(law.areas)}",
                )
            )
        elif topic and topic[2] != area:
            notes.append(
                ArticleNote(
                    "other_area",
                    f"article {article} of {name} ({topic[0]}) belongs to {topic[2]}, not {area}",
                )
            )
    return notes
