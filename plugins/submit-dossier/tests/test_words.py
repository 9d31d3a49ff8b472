"""Every step and condition of the catalogue has words of its own, in both languages."""

from collections.abc import Callable

import pytest

from camaug_sdk import Words
from camaug_sdk.records import Language, Procedure
from camaug_submit_dossier import fields, papers, steps

Speak = Callable[[str, Language], Words]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_condition_is_asked_in_everyday_words(
    procedures: list[Procedure], words: Speak, language: Language
) -> None:
    t = words("submit-dossier", language)
    conditions = {one for each in procedures for one in papers.questions(each)}
    assert len(conditions) >= 70
    missing = [one.condition for one in conditions if t.find(f"ask.{one.slug}") is None]
    assert missing == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_step_has_a_name(words: Speak, language: Language) -> None:
    t = words("submit-dossier", language)
    for step_id in {*steps.SUBJECTS, "newborn", steps.MATTER, steps.PAPERS, steps.REVIEW}:
        assert t(f"step.{step_id}")


def test_a_condition_without_words_of_its_own_is_quoted(words: Speak) -> None:
    question = papers.Question(condition="trăng tròn", slug="trang-tron")
    field = fields.condition_field(words("submit-dossier", "vi"), question, None, None)
    assert field.label == "Trường hợp của bạn có phải là “trăng tròn” không?"
