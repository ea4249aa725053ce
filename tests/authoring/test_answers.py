"""Reading answers: where they lie decides what they are tried for."""

from pathlib import Path

import pytest

from grader.authoring.answers import NoAnswers, try_answers


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("01_plain_vae/nothing/right/a.py", "there is no exercise 'nothing'"),
        ("99_none/encoder/right/a.py", "in a lesson '99_none'"),
        ("01_plain_vae/encoder/good/a.py", "not 'good'"),
        ("readme.txt", "No answers in"),
    ],
)
def test_answers_in_the_wrong_place_are_said(tmp_path: Path, path: str, sentence: str) -> None:
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text("x = 1")
    with pytest.raises(NoAnswers, match=sentence):
        list(try_answers(tmp_path))
