"""The report on a class: what is counted, what is put together, who is named."""

from pathlib import Path

import pytest

from grader.class_report import ClassReport
from grader.classroom import CannotGrade
from grader.classroom.decisions import Decision, add_decision
from grader.classroom.findings import limit_behind, without_numbers
from grader.classroom.journal import open_journal
from grader.classroom.report import class_report, write_report
from grader.classroom.roster import Identity, Member, RosterEntry
from grader.failures import NotChecked, unwritten
from grader.grading.bounds import Allowance
from grader.results import CheckResult, ExerciseResult, Result
from grader.submission.budget import TimeBudget
from grader.worker.limits import Limits

LESSON = "01_plain_vae"


def check(passed: bool, most: float = 5, message: str = "Not right.", name: str | None = None, title: str = "is right"):
    verdict = "passed" if passed else "failed"
    return CheckResult(f"test_{title}", title, verdict, most * passed, most, "" if passed else message, "", name)


def exercise(name: str, *checks: CheckResult) -> ExerciseResult:
    return ExerciseResult(name, checks)


def result(student: str, *exercises: ExerciseResult, lesson: str = LESSON, **more) -> Result:
    return Result(student, lesson, 7, exercises, **more)


def simple(student: str, encoder: bool, decoder: bool, **more) -> Result:
    return result(student, exercise("encoder", check(encoder)), exercise("decoder", check(decoder)), **more)


def unreadable(student: str, why: str, lesson: str = LESSON) -> Result:
    waiting = CheckResult("test_a", "does a", "not_checked", 0, 10, why)
    return result(student, exercise("encoder", waiting), lesson=lesson, error=why)


@pytest.fixture
def journal_of(tmp_path):
    def fill(*results: Result, people: tuple[str, ...] = ()) -> Path:
        with open_journal(tmp_path) as journal:
            journal.enrol_people(Member(name) for name in people)
            entries = [RosterEntry(one.student, one.lesson, "x", Path("x")) for one in results]
            journal.begin(entries, [], 7, fresh=False)
            for entry, one in zip(entries, results, strict=True):
                journal.record(entry, 7, one.to_dict())
        return tmp_path

    return fill


@pytest.fixture
def report_on(journal_of):
    def report(*results: Result, people: tuple[str, ...] = (), decisions: tuple[Decision, ...] = ()) -> ClassReport:
        out = journal_of(*results, people=people)
        for decision in decisions:
            add_decision(out, decision)
        with open_journal(out) as journal:
            return class_report(out, journal)

    return report


class TestFigures:
    def test_points_pass_rates_and_points_by_check(self, report_on):
        half = exercise("encoder", check(True, 6, title="has a form"), check(False, 4, title="has a value"))
        all_ = exercise("encoder", check(True, 6, title="has a form"), check(True, 4, title="has a value"))
        (lesson,) = report_on(result("a", half), result("b", all_)).lessons
        assert lesson.shares == (60, 100)
        (encoder,) = lesson.exercises
        assert (encoder.passed, encoder.of, encoder.pass_rate) == (1, 2, 0.5)
        assert (encoder.points, encoder.max_score) == (8, 10)
        assert [(one.title, one.passed, one.points) for one in encoder.checks] == [
            ("has a form", 1, 6),
            ("has a value", 0.5, 2),
        ]

    def test_who_is_left_out_is_counted(self, report_on):
        (lesson,) = report_on(
            simple("a", True, True),
            simple("b", True, False),
            unreadable("c", "Cut off."),
            people=("a", "b", "c", "d", "e"),
            decisions=(Decision("b", LESSON, excused=True),),
        ).lessons
        assert lesson.shares == (100,)
        assert (lesson.unreadable, lesson.missing, lesson.excused) == (1, 2, 1)
        assert [one.of for one in lesson.exercises] == [1, 1]

    def test_decisions_count_in_points_and_not_in_pass_rates(self, report_on):
        report = report_on(
            simple("a", False, True),
            simple("b", True, True),
            decisions=(Decision("a", LESSON, "encoder", score=5), Decision("b", LESSON, "decoder", excused=True)),
        )
        encoder, decoder = report.lessons[0].exercises
        assert report.lessons[0].shares == (100, 100)
        assert (encoder.points, encoder.passed) == (5, 1)
        assert (decoder.of, decoder.passed) == (1, 1)

    def test_discrimination_is_with_the_points_of_the_other_exercises(self, report_on):
        apart = [simple(f"{number:02}", number < 5, number < 5) for number in range(10)]
        against = [simple(f"{number:02}", number < 5, number >= 5, lesson="02_one_hot") for number in range(10)]
        first, second = report_on(*apart, *against).lessons
        assert [one.discrimination for one in first.exercises] == pytest.approx([1, 1])
        assert [one.discrimination for one in second.exercises] == pytest.approx([-1, -1])

    def test_discrimination_of_few_or_of_all_alike_is_not_given(self, report_on):
        few = [simple(f"{number:02}", number < 5, number < 5) for number in range(9)]
        alike = [simple(f"{number:02}", True, number < 5, lesson="02_one_hot") for number in range(10)]
        first, second = report_on(*few, *alike).lessons
        assert {one.discrimination for one in (*first.exercises, *second.exercises)} == {None}

    def test_what_is_not_written_yet_is_counted_apart_and_has_not_failed(self, report_on):
        blank = exercise("encoder", check(False, message=unwritten("encoder")))
        right, wrong = exercise("encoder", check(True)), exercise("encoder", check(False))
        (lesson,) = report_on(result("a", blank), result("b", right), result("c", wrong)).lessons
        (encoder,) = lesson.exercises
        assert (encoder.unwritten, encoder.of, encoder.passed, encoder.pass_rate) == (1, 2, 1, 0.5)
        assert encoder.checks[0].passed == 0.5
        assert encoder.points == encoder.checks[0].points == pytest.approx(5 / 3)


class TestMisconceptions:
    def test_they_are_ranked_by_students(self, report_on):
        twice = exercise("encoder", check(False, name="kl-sign"), check(False, name="kl-sign", title="is more"))
        one = exercise("decoder", check(False, name="std-is-log-var"))
        found = report_on(result("a", twice), result("b", one), result("c", one)).misconceptions
        assert [(idea.id, idea.students, idea.exercises) for idea in found] == [
            ("std-is-log-var", ("b", "c"), ((LESSON, "decoder"),)),
            ("kl-sign", ("a",), ((LESSON, "encoder"),)),
        ]


class TestClusters:
    def test_numbers_do_not_keep_failures_apart(self, report_on):
        def failing(student: str, *messages: str) -> Result:
            checks = (check(False, message=text, title=f"check {at}") for at, text in enumerate(messages))
            return result(student, exercise("encoder", *checks), answers={"encoder": f"code of {student}"})

        found = report_on(
            failing("a", "Expected [0] to be 3.4, got -1e-5.\nevidence", "Expected [0] to be 3.4, got -1e-5."),
            failing("b", "Expected [3] to be 17, got nan.\nother", "Expected [0] to be 1, got 2."),
            failing("c", "Your `fc1` raised ValueError."),
        ).clusters
        assert [(one.students, one.sentence) for one in found] == [
            (("a", "b"), "Expected [#] to be #, got #."),
            (("c",), "Your `fc1` raised ValueError."),
        ]
        assert found[0].checks == ("check 0", "check 1")
        assert (found[0].message, found[0].code) == ("Expected [0] to be 3.4, got -1e-5.\nevidence", "code of a")

    def test_what_has_a_name_or_is_not_written_is_no_cluster(self, report_on):
        named = exercise("encoder", check(False, name="kl-sign"), check(False, title="is more"))
        stub = check(False, message=unwritten("decoder"))
        blank = exercise("decoder", stub, check(False, message="An error is swallowed.", title="raises"))
        assert report_on(result("a", named, blank)).clusters == ()

    def test_an_exception_is_one_cluster(self, report_on):
        raised = "Your `fc` raised NameError: name 'lables' is not defined\n  line 2"
        both = exercise("encoder", *(check(False, message=raised, title=title) for title in ("a", "b")))
        one = exercise("encoder", check(True, title="a"), check(False, message=raised, title="b"))
        (cluster,) = report_on(result("s", both), result("t", one)).clusters
        assert (cluster.students, cluster.checks) == (("s", "t"), ("a", "b"))

    @pytest.mark.parametrize(
        ("text", "left"),
        [
            ("got 6.85476 of 1,024", "got # of #"),
            ("conv2d at -3, −2.5e-3", "conv2d at #, #"),
            ("`x.0` is inf", "`x.0` is #"),
            ("information", "information"),
        ],
    )
    def test_numbers(self, text, left):
        assert without_numbers(text) == left


class TestTroubles:
    def test_one_for_each_notebook_and_kind_of_limit(self, report_on):
        slow = "Your code did not finish within 30 seconds."
        hit = result(
            "a", exercise("encoder", check(False, message=slow)), exercise("decoder", check(False, message=slow))
        )
        found = report_on(hit, unreadable("b", "The file is incomplete."), simple("c", True, False)).troubles
        assert [(one.student, one.what, one.exercises, one.sentence) for one in found] == [
            ("a", "time", ("encoder", "decoder"), slow),
            ("b", "unreadable", (), "The file is incomplete."),
        ]

    def test_what_the_grader_says_about_its_limits_is_recognised(self):
        def said(act) -> str:
            with pytest.raises(NotChecked) as raised:
                act()
            return str(raised.value)

        limits = Limits()
        assert limit_behind(said(TimeBudget(0).left)) == "time"
        assert limit_behind(said(lambda: Allowance(0).spend().__enter__())) == "time"
        assert limit_behind(limits.behind("MemoryError", "")) == "memory"
        assert limit_behind(limits.behind("OSError", "[Errno 27] too large")) == "files or threads"
        assert limit_behind(limits.behind("OSError", "[Errno 24] too many")) == "files or threads"
        assert limit_behind(limits.behind("RuntimeError", "can't start new thread")) == "files or threads"
        assert limit_behind(limits.behind("ModuleNotFoundError", "No module named 'jax'")) == ""

    @pytest.mark.parametrize(
        ("sentence", "kind"),
        [
            ("The cell of exercise `vae` did not finish within 60 seconds.", "time"),
            ("Your code used more than 300 seconds of processor time.", "time"),
            ("Your code ended the Python process with signal SIGKILL.", "end of the process"),
            ("Your code wrote more than 256 MiB of files.", "files or threads"),
            ("Expected the KL at [0] to be 3.4, got 6.9.", ""),
        ],
    )
    def test_what_a_worker_is_stopped_for(self, sentence, kind):
        assert limit_behind(sentence) == kind


class TestSimilar:
    def test_a_group_that_hands_in_one_file_is_no_pair(self, tmp_path):
        code = (
            "def encoder(x):\n"
            + "".join(f"    y{n} = x + {n} * x - x / {n + 1}\n" for n in range(12))
            + "    return y1"
        )
        class_ = [simple(name, True, True, answers={"encoder": code}) for name in ("a", "b", "c")]
        places = {"a": "submission_1", "b": "submission_1", "c": "submission_2"}
        with open_journal(tmp_path) as journal:
            for one in class_:
                identity = Identity(system="gradescope", place=places[one.student])
                entry = RosterEntry(one.student, LESSON, "x", Path("x"), None, identity)
                journal.begin([entry], [], 7, fresh=False, source=Path(one.student))
                journal.record(entry, 7, one.to_dict())
            assert [pair.students for pair in class_report(tmp_path, journal).pairs] == [("a", "c")]


class TestHelp:
    def test_the_lowest_totals_come_first_with_what_they_lack(self, report_on):
        class_ = [simple(f"s{number}", True, True) for number in range(8)]
        others = [result(f"s{number}", exercise("one_hot", check(True)), lesson="02_one_hot") for number in range(8)]
        report = report_on(*class_, *others, simple("low", False, True), people=("nobody",))
        first = report.lowest[0]
        assert (first.student, first.total) == ("low", 25)
        assert first.without == ("02_one_hot",)
        assert first.fails == ((LESSON, "encoder"),)
        assert [one.student for one in report.lowest] == ["low"]
        assert report.silent == ("nobody",)

    def test_others_who_fail_what_most_pass(self, report_on):
        def lesson_2(student: str, passed: bool) -> Result:
            parts = (exercise("one_hot", check(passed, 5)), exercise("condition", check(True, 95)))
            return result(student, *parts, lesson="02_one_hot")

        class_ = [simple(f"s{number}", number > 4, number > 4) for number in range(30)]
        second = [lesson_2(f"s{number}", number != 20) for number in range(30)]
        report = report_on(*class_, *second)
        assert [one.student for one in report.lowest] == ["s0", "s1", "s2", "s3", "s4"]
        assert [(one.student, one.fails) for one in report.surprising] == [("s20", (("02_one_hot", "one_hot"),))]

    def test_who_is_excused_from_everything_is_not_low(self, report_on):
        report = report_on(
            simple("a", False, False), simple("b", True, True), decisions=(Decision("a", LESSON, excused=True),)
        )
        assert report.lowest == ()

    def test_what_is_excused_or_not_written_is_not_failed(self, report_on):
        class_ = [simple(f"s{number}", True, True) for number in range(9)]
        blank = exercise("encoder", check(False, message=unwritten("encoder")))
        two = [result("low", exercise("one_hot", check(False)), lesson="02_one_hot")]
        two += [result(f"s{number}", exercise("one_hot", check(True)), lesson="02_one_hot") for number in range(9)]
        report = report_on(
            *class_,
            *two,
            result("low", blank, exercise("decoder", check(False))),
            decisions=(Decision("low", "02_one_hot", excused=True), Decision("low", LESSON, "decoder", excused=True)),
        )
        assert [(one.student, one.fails, one.without) for one in report.lowest] == [("low", (), ())]

    @pytest.mark.parametrize(("people", "missing"), [((), [0, 0]), (("a", "b"), [1, 1])])
    def test_only_a_class_list_says_who_handed_in_nothing(self, report_on, people, missing):
        class_ = (simple("a", True, True), result("b", exercise("one_hot", check(True)), lesson="02_one_hot"))
        report = report_on(*class_, people=people)
        assert [one.missing for one in report.lessons] == missing
        assert report.silent == ()


class TestWriting:
    def test_it_says_when_and_from_what_it_was_made(self, report_on, monkeypatch):
        monkeypatch.setattr("grader.classroom.report.now", lambda: "2026-01-02 03:04")
        decisions = (Decision("a", LESSON, excused=True), Decision("b", LESSON, add=1))
        report = report_on(simple("a", True, False), simple("b", True, True), decisions=decisions)
        assert (report.made, report.decisions) == ("2026-01-02 03:04", 2)
        assert report.graded

    def test_the_page_is_written_again_with_the_same_bytes(self, journal_of, monkeypatch):
        monkeypatch.setattr("grader.classroom.report.now", lambda: "2026-01-02 03:04")
        out = journal_of(simple("a", True, False), simple("b", True, True))
        path = write_report(out)
        page = path.read_bytes()
        assert path == out / "report.html"
        assert page.startswith(b"<!DOCTYPE html>")
        path.unlink()
        assert write_report(out).read_bytes() == page

    def test_where_nothing_is_graded(self, tmp_path):
        with pytest.raises(CannotGrade, match="There is no graded class in"):
            write_report(tmp_path)
        with open_journal(tmp_path):
            pass
        with pytest.raises(CannotGrade, match="Nothing is graded"):
            write_report(tmp_path)
