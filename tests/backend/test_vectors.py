import json
from pathlib import Path

import pytest

from camaug import vectors

FOLDER = Path(__file__).parents[1] / "vectors"
HEAD = "id\tquestion\texpected\tkind\tnote\n"


@pytest.mark.parametrize("name", ["own", "opened", "opened_2", "unseen_2"])
def test_questions_are_answered(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert vectors.run("questions", FOLDER / f"questions_{name}.tsv", None) == 0
    assert "DOES NOT HOLD" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("question", "expected", "agrees"),
    [
        ("mất căn cước", "1.014064", True),
        ("mất căn cước", "1.014063|1.014064", True),
        ("mất căn cước", "1.014063", False),
        ("mất căn cước", "out_of_scope", False),
        ("căn cước", "1.014064", False),
        ("căn cước", "clarify:1.014063|1.014064", True),
        ("căn cước", "clarify:1.014063|1.001193", False),
        ("ly hôn", "out_of_scope", True),
        ("cháy nhà", "emergency:114", True),
        ("cháy nhà", "emergency:199", False),
        ("cháy nhà", "1.012786", False),
    ],
)
def test_a_question_is_judged_as_its_row_expects(
    tmp_path: Path, question: str, expected: str, agrees: bool
) -> None:
    file, told = tmp_path / "questions.tsv", tmp_path / "told.json"
    file.write_text(f"# remark\n{HEAD}Q1\t{question}\t{expected}\t\t\n", encoding="utf-8")
    assert vectors.run("questions", file, told) == (0 if agrees else 1)
    report = json.loads(told.read_text())
    assert (report["agree"], report["total"]) == (int(agrees), 1)
    assert len(report["disagreements"]) == int(not agrees)


def test_a_wrong_due_date_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "deadlines.tsv"
    columns = (
        "id\taccepted_at\ttime_value\ttime_unit\tsame_day_15h_rule\tpauses\tdue_at\texplanation"
    )
    pause = '[["2026-11-26T08:00:00+07:00", null]]'
    start = "2026-11-25T08:00:00+07:00\t3\tworking_day\tfalse"
    file.write_text(
        f"{columns}\nA\t{start}\t[]\t2026-11-30T17:00:00+07:00\t\n"
        f"B\t{start}\t{pause}\tPAUSED\t\nC\t{start}\t[]\t2026-11-28T17:00:00+07:00\twrong\n",
        encoding="utf-8",
    )
    assert vectors.run("deadlines", file, None) == 1
    told = capsys.readouterr().out
    assert "agree 2 of 3" in told
    assert "C: wrong" in told


@pytest.mark.parametrize("text", ["", "# remark\n", "other\tcolumns\n1\t2\n"])
def test_a_file_without_cases_is_no_success(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "questions.tsv"
    file.write_text(text, encoding="utf-8")
    assert vectors.run("questions", file, None) == vectors.UNUSABLE
    assert "cannot use" in capsys.readouterr().err


def test_an_unknown_kind_names_the_kinds(capsys: pytest.CaptureFixture[str]) -> None:
    assert vectors.run("horoscopes", FOLDER, None) == vectors.UNUSABLE
    assert "deadlines, kpi, mst, questions" in capsys.readouterr().err


def test_a_citizen_number_is_judged_with_sex_and_birth(tmp_path: Path) -> None:
    head = "id\tnumber\texpected\treason\tsex\tdob_ddmmyyyy\n"
    rows = [
        "a\t096085999901\tvalid\t\tNam\t15031985",
        "b\t096085999901\tinvalid\tyear\tNam\t15031986",
        "c\t096085999901\tinvalid\tsex\tNữ\t",
        "d\t099085999901\tinvalid\tprovince\t\t",
    ]
    file = tmp_path / "cccd.tsv"
    file.write_text(head + "\n".join(rows) + "\n")
    assert vectors.run("cccd", file, None) == 0
    file.write_text(head + "e\t096085999901\tinvalid\t\t\t\n")
    assert vectors.run("cccd", file, None) == 1
