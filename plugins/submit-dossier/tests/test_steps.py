"""The rule that divides a form into steps, over the whole catalogue."""

from collections import Counter

from camaug_sdk.records import Procedure
from camaug_submit_dossier import papers, steps
from camaug_submit_dossier.checks import is_asked


def test_every_question_of_every_procedure_is_asked_exactly_once(
    procedures: list[Procedure],
) -> None:
    for procedure in procedures:
        asked = Counter[str]()
        for step in steps.steps(procedure):
            asked.update(field.name for field in step.fields)
            for paper in step.papers:
                asked.update([paper.place, *paper.also])
        wanted = Counter(field.name for field in procedure.form_fields)
        sent = [one for one in procedure.components if one.kind != "form"]
        wanted.update(one.id for one in sent if one.given == "upload")
        assert asked == wanted, procedure.code


def test_every_paper_that_is_always_needed_is_required_without_a_question(
    procedures: list[Procedure],
) -> None:
    always = 0
    for procedure in procedures:
        found = {one.place: one for one in papers.papers(procedure)}
        for component in procedure.components:
            if component.kind == "form" or component.given != "upload":
                assert component.id not in found
            elif component.required == "always":
                always += 1
                assert found[component.id].required
                assert found[component.id].question is None
    assert always == 65


def test_another_paper_takes_the_place_of_one_that_the_person_lacks(
    procedures: list[Procedure],
) -> None:
    birth = next(one for one in procedures if one.code == "1.001193")
    certificate = papers.papers(birth)[0]
    assert certificate.unless == ("ask.khong-co-giay-chung-sinh", "ask.tre-bi-bo-roi")
    assert is_asked(certificate, {certificate.unless[0]: "no"})
    assert not is_asked(certificate, {certificate.unless[0]: "yes"})


def test_every_condition_is_asked_once_and_opens_its_papers(procedures: list[Procedure]) -> None:
    for procedure in procedures:
        asked = {one.name for one in papers.questions(procedure)}
        opened = {one.question for one in papers.papers(procedure) if one.question}
        assert asked == opened, procedure.code


def test_the_person_comes_first_and_papers_before_the_result(
    procedures: list[Procedure],
) -> None:
    for procedure in procedures:
        order = [step.id for step in steps.steps(procedure)]
        assert order[0] == "applicant"
        assert len(order) == len(set(order))
        if "result" in order:
            assert order[-1] == "result"
        if "papers" in order:
            assert set(order[order.index("papers") + 1 :]) <= {"result"}


def test_birth_registration_asks_for_the_person_the_baby_the_parents(
    by_code: dict[str, Procedure],
) -> None:
    birth = by_code["1.001193"]
    found = steps.steps(birth)
    assert [one.id for one in found] == ["applicant", "child", "parents", "papers", "result"]
    assert "receiving_commune" in found[0].names()
    assert steps.is_newborn(birth)


def test_a_subject_of_one_question_is_no_step_of_its_own(by_code: dict[str, Procedure]) -> None:
    permit = {step.id: step.names() for step in steps.steps(by_code["1.013225"])}
    assert "land" not in permit
    assert "certificate_number" in permit["matter"]


def test_no_step_asks_more_than_nine_questions(procedures: list[Procedure]) -> None:
    assert max(len(step.fields) for one in procedures for step in steps.steps(one)) <= 9


def test_a_photo_is_asked_for_once_and_goes_to_both_places(by_code: dict[str, Procedure]) -> None:
    passport = papers.papers(by_code["1.001456"])
    photos = [one for one in passport if one.kind == "photo"]
    assert [one.also for one in photos] == [("portrait",)]
    assert photos[0].required
