"""Finding submissions: every layout."""

import os

import pytest

from grader.classroom import tree
from grader.classroom.discover import Discovery, submissions_root
from tests.classroom.handed_in import LESSON, archive, put, reasons, rows, zipped


class TestFlatFolder:
    def test_the_student_is_the_stem_and_the_notebook_tells_the_lesson(self, folder, look):
        put(folder, "b.ipynb", "a.ipynb")
        found = look(folder)
        assert rows(found) == [("a", LESSON), ("b", LESSON)]
        assert [one.path for one in found.submissions] == [folder / "a.ipynb", folder / "b.ipynb"]

    def test_a_lesson_that_is_given_holds_for_all(self, folder, look):
        put(folder, "a.ipynb")
        assert rows(look(folder, LESSON)) == [("a", LESSON)]

    def test_what_is_no_submission_is_skipped_with_a_reason(self, folder, look):
        put(folder, "a.ipynb", "README.md", "people.csv", "deep/b.ipynb", ".hidden.ipynb")
        found = look(folder)
        assert rows(found) == [("a", LESSON)]
        assert set(reasons(found)) == {"README.md", "people.csv", "deep/b.ipynb", ".hidden.ipynb"}

    def test_whatever_somebody_handed_in_is_a_row_with_the_reason(self, folder, look):
        put(folder, "ann.ipynb", "ann.pdf", "bob.lee.pdf", "cyd.txt", "dee.ipynb.txt")
        (folder / "eve.zip").write_bytes(zipped({"work/notebook.ipynb": "{}"}))
        (folder / "fay.zip").write_bytes(b"PK\x03\x04 cut off")
        found = look(folder)
        assert rows(found) == [(name, LESSON) for name in ("ann", "bob.lee", "cyd", "dee", "eve", "fay")]
        refused = {one.student: one.refused for one in found.submissions if one.refused}
        assert refused == {
            "bob.lee": "“bob.lee.pdf” was handed in, which is not a notebook.",
            "cyd": "“cyd.txt” was handed in, which is not a notebook.",
            "fay": "“fay.zip” was handed in, which is not a notebook.",
        }
        assert reasons(found) == {"ann.pdf": "is not a notebook", "fay.zip": "is an archive that cannot be opened"}

    def test_checkpoints_are_ignored(self, folder, look):
        put(folder, "a.ipynb", ".ipynb_checkpoints/a-checkpoint.ipynb", "__MACOSX/._a.ipynb", "._a.ipynb")
        found = look(folder)
        assert rows(found) == [("a", LESSON)]
        assert found.skipped == []

    def test_one_folder_around_everything_is_looked_through(self, folder, look):
        put(folder, "homework/a.ipynb", "homework/b.ipynb")
        assert rows(look(folder)) == [("a", LESSON), ("b", LESSON)]

    def test_nothing_there_is_no_error_of_discovery(self, folder, look):
        assert look(folder) == Discovery([], [], [])


class TestFolders:
    def test_a_folder_for_each_student(self, folder, look):
        """Drive, GitHub Classroom, or by hand; files that are no notebooks tell that somebody handed in something."""
        put(folder, "vae-alice/01_plain_vae.ipynb", "vae-bob/work/final.ipynb", "vae-carol/README.md", "notes.txt")
        (folder / "vae-dave").mkdir()
        found = look(folder)
        assert rows(found) == [("vae-alice", LESSON), ("vae-bob", LESSON), ("vae-carol", LESSON)]
        assert reasons(found) == {"notes.txt": "is not a notebook", "vae-dave": "holds no file"}

    def test_a_folder_for_each_lesson(self, folder, look):
        put(folder, "01_plain_vae/alice.ipynb", "02_one_hot/alice.ipynb", "02_one_hot/bob.ipynb", "02_one_hot/cyd.md")
        put(folder, "02_one_hot/README.md")
        found = look(folder)
        assert rows(found) == [("alice", LESSON), *((name, "02_one_hot") for name in ("alice", "bob", "cyd"))]
        assert found.submissions[-1].refused == "“cyd.md” was handed in, which is not a notebook."
        put(folder, "grades.csv")
        assert rows(look(folder)) == rows(found)

    def test_nbgrader_s_tree_under_any_assignment_name(self, folder, look):
        put(folder, "submitted/x/ps1/ps1.ipynb", "submitted/y/ps1/ps1.ipynb", "submitted/y/ps1/timestamp.txt")
        assert rows(look(folder)) == [("x", LESSON), ("y", LESSON)]

    def test_a_gradescope_export(self, tmp_path, look):
        listed = (
            "submission_12:\n  :submitters:\n  - :name: Ann O'Hara\n    :sid: '77'\n    :email: ann@example.edu\n"
            "  :created_at: 2026-01-02 03:04:05.000000000 Z\n"
            "submission_13:\n  :submitters:\n  - :name: Bo Li\n    :sid:\n    :email: bo@example.edu\n"
        )
        inside = {"submission_12/vae.ipynb": "{}", "submission_13/work/x.ipynb": "{}", "submission_14/y.ipynb": "{}"}
        members = {f"assignment_9_export/{name}": text for name, text in inside.items()}
        source = archive(tmp_path / "export.zip", {**members, "assignment_9_export/submission_metadata.yml": listed})
        found = look(source)
        assert rows(found) == [("Ann O'Hara", LESSON), ("Bo Li", LESSON)]
        assert [(one.person.number, one.person.email) for one in found.submissions] == [
            ("77", "ann@example.edu"),
            ("", "bo@example.edu"),
        ]
        assert [(one.piece.system, one.piece.place) for one in found.submissions] == [
            ("gradescope", "submission_12"),
            ("gradescope", "submission_13"),
        ]
        assert reasons(found) == {"submission_14/y.ipynb": "is not where a submission is expected"}

    def test_an_export_whose_list_is_damaged_finds_nobody(self, folder, look):
        put(folder, "submission_1/x.ipynb")
        put(folder, "submission_metadata.yml", text="a: [b")
        assert rows(look(folder)) == []

    def test_one_file_name_does_not_change_the_layout_of_a_class(self, folder, look):
        put(folder, "alice_1_2_x.ipynb", "bob_3_4_x.ipynb", "mallory_5_6_x_1_assignsubmission_file_.ipynb")
        assert [one.student for one in look(folder).submissions] == ["alice", "bob", "mallory"]

    def test_the_names_of_one_person_s_files_do_not_change_the_layout_of_moodle_s(self, folder, look):
        honest = [f"Student {n}_10{n}_assignsubmission_file_hw.ipynb" for n in range(3)]
        odd = [f"Mal Lory_107_assignsubmission_file_{n}_1_x.ipynb" for n in range(9)]
        put(folder, *honest, *odd)
        found = look(folder)
        assert [one.student for one in found.submissions] == ["Mal Lory", "Student 0", "Student 1", "Student 2"]
        assert {one.piece.system for one in found.submissions} == {"moodle"}

    def test_a_stray_notebook_beside_folders_of_students(self, folder, look):
        put(folder, "alice/x.ipynb", "bob/x.ipynb", "submitted/x.ipynb", "solution.ipynb")
        found = look(folder)
        assert [one.student for one in found.submissions] == ["alice", "bob", "submitted"]
        assert reasons(found) == {"solution.ipynb": "is not where a submission is expected"}

    def test_an_archive_of_another_kind_costs_nobody_else(self, tmp_path, look, monkeypatch):
        odd = bytearray(zipped({"x.ipynb": "{}"}))
        odd[odd.find(b"PK\1\2") + 6] = 99  # a version that needs what nobody has
        members = {"alice_1_2_x.ipynb": "{}", "mallory_3_4_y.zip": bytes(odd)}
        (tmp_path / "class.zip").write_bytes(zipped(members))
        assert [(one.student, one.refused is None) for one in look(tmp_path / "class.zip").submissions] == [
            ("alice", True),
            ("mallory", False),
        ]
        monkeypatch.setattr(tree, "MAX_ENTRIES", 3)
        members["mallory_3_4_y.zip"] = zipped({f"{n}.ipynb": "{}" for n in range(4)})
        (tmp_path / "class.zip").write_bytes(zipped(members))
        assert len(look(tmp_path / "class.zip").submissions) == 2

    def test_a_list_that_a_student_hands_in_is_nobody_s_list(self, folder, look):
        put(folder, "alice/x.ipynb", "bob/y.ipynb")
        put(folder, "bob/submission_metadata.yml", text="alice:\n  :submitters:\n  - :name: bob\n")
        assert rows(look(folder)) == [("alice", LESSON), ("bob", LESSON)]

    def test_versions_of_one_person(self, folder, look):
        put(folder, "alice/vae.ipynb", "alice/vae (1).ipynb", "alice/damaged.ipynb", "bob/vae.ipynb")
        (folder / "alice/damaged.ipynb").write_text("cut off")
        os.utime(folder / "alice/vae.ipynb", (1, 1))
        found = look(folder)
        assert [one.piece.file for one in found.submissions] == ["vae (1).ipynb", "vae.ipynb"]
        assert reasons(found) == {
            "alice/damaged.ipynb": "does not count: It is cut off",
            "alice/vae.ipynb": "does not count, alice/vae (1).ipynb does",
        }

    def test_copies_side_by_side_may_be_one_person(self, folder, look):
        put(folder, "carol.ipynb", "carol (1).ipynb", "dave - Copy.ipynb")
        found = look(folder)
        assert [one.student for one in found.submissions] == ["carol", "carol (1)", "dave - Copy"]
        assert found.doubts == ["'carol (1)' may be the same person as 'carol': each of them has a row of its own."]
        assert found.skipped == []

    @pytest.mark.parametrize(
        "names", [("CS/alice.ipynb", "CS/bob.ipynb"), ("CS/A B_1_assignsubmission_file_/x.ipynb",)]
    )
    def test_a_zip_with_a_folder_around(self, tmp_path, look, names):
        found = look(archive(tmp_path / "class.zip", dict.fromkeys(names, "{}")))
        assert len(found.submissions) == len(names)
        assert found.skipped == []


class TestNbgrader:
    def test_the_course_root_or_submitted_itself(self, folder, look):
        put(folder, "submitted/x/01_plain_vae/01_plain_vae.ipynb", "submitted/y/02_one_hot/02_one_hot.ipynb")
        put(folder, "release/01_plain_vae/01_plain_vae.ipynb", "gradebook.db")
        expected = [("x", "01_plain_vae"), ("y", "02_one_hot")]
        assert rows(look(folder)) == expected
        assert rows(look(folder / "submitted")) == expected
        assert submissions_root(folder) == folder / "submitted"

    def test_one_student_is_a_tree_too(self, folder, look):
        put(folder, "x/01_plain_vae/01_plain_vae.ipynb")
        assert rows(look(folder)) == [("x", "01_plain_vae")]

    def test_a_lesson_that_is_given_is_the_only_one_looked_at(self, folder, look):
        put(folder, "x/01_plain_vae/01_plain_vae.ipynb", "x/02_one_hot/02_one_hot.ipynb")
        found = look(folder, "02_one_hot")
        assert rows(found) == [("x", "02_one_hot")]
        assert reasons(found) == {"x/01_plain_vae/01_plain_vae.ipynb": "is 01_plain_vae, not 02_one_hot"}

    def test_files_beside_the_notebook_and_strange_folders_are_skipped(self, folder, look):
        base = "submitted/x/01_plain_vae/"
        put(folder, base + "01_plain_vae.ipynb", base + "timestamp.txt", base + "copy.ipynb")
        put(folder, "submitted/x/ps1/ps1.ipynb")
        (folder / "submitted/y/01_plain_vae").mkdir(parents=True)
        found = look(folder)
        assert rows(found) == [("x", "01_plain_vae")]
        assert reasons(found) == {
            "x/01_plain_vae/timestamp.txt": "is not a notebook",
            "x/01_plain_vae/copy.ipynb": "does not count, x/01_plain_vae/01_plain_vae.ipynb does",
            "x/ps1/ps1.ipynb": "does not count, x/01_plain_vae/01_plain_vae.ipynb does",
            "y": "holds no file",
        }

    def test_a_renamed_notebook_counts(self, folder, look):
        put(folder, "x/01_plain_vae/my_vae.ipynb", "y/01_plain_vae/01_plain_vae.ipynb")
        assert rows(look(folder)) == [("x", "01_plain_vae"), ("y", "01_plain_vae")]

    def test_a_zip_of_the_course_root(self, tmp_path, look):
        source = archive(
            tmp_path / "course.zip",
            {"submitted/x/01_plain_vae/01_plain_vae.ipynb": "{}", "source/01_plain_vae/01_plain_vae.ipynb": "{}"},
        )
        assert rows(look(source)) == [("x", "01_plain_vae")]


class TestCanvas:
    def test_names_are_taken_apart(self, tmp_path, look):
        source = archive(
            tmp_path / "submissions.zip",
            {
                "doejane_LATE_123_456_01_plain_vae-2.ipynb": "{}",
                "roejohn_124_457_my_1_2_notebook.ipynb": "{}",
                "roejohn_124_458_report.pdf": "",
            },
        )
        found = look(source)
        assert rows(found) == [("doejane", LESSON), ("roejohn", LESSON)]
        assert reasons(found) == {"roejohn_124_458_report.pdf": "is not a notebook"}

    def test_the_latest_resubmission_counts(self, folder, look):
        put(folder, *(f"doejane_123_45{n}_vae{again}.ipynb" for n, again in enumerate(["-2", "", "-10"])))
        found = look(folder)
        assert [one.path.name for one in found.submissions] == ["doejane_123_452_vae-10.ipynb"]
        assert rows(found) == [("doejane", LESSON)]
        assert set(reasons(found).values()) == {"does not count, doejane_123_452_vae-10.ipynb does"}
        assert len(found.skipped) == 2

    def test_the_name_in_the_download_is_kept_for_the_way_back(self, folder, look):
        put(folder, "doejane_LATE_123_9_my vae.ipynb", "plain.ipynb")
        places = [(one.piece.system, one.piece.place) for one in look(folder).submissions]
        assert places == [("canvas", "doejane_LATE_123_9_my vae.ipynb"), ("", "")]

    def test_two_people_of_one_name_are_told_apart(self, folder, look):
        put(folder, "doejane_123_1_vae.ipynb", "doejane_LATE_99_2_vae.ipynb")
        assert rows(look(folder)) == [("doejane_123", LESSON), ("doejane_99", LESSON)]

    def test_one_student_is_one_row_for_each_lesson(self, folder, look):
        put(folder, "doejane_123_1_first.ipynb", "doejane_LATE_123_2_second.ipynb")
        put(folder, "doejane_123_3_third.ipynb", text="02_one_hot")
        put(folder, "doejane_123_4_scratch.ipynb", text="a scratch pad")
        put(folder, "doejane_123_5_notes.pdf")
        found = look(folder)
        assert rows(found) == [("doejane", LESSON), ("doejane", "02_one_hot")]
        first, second = found.submissions
        assert (first.piece.file, first.piece.late, first.person.number) == ("second.ipynb", True, "123")
        assert (second.piece.file, second.piece.late) == ("third.ipynb", False)
        assert reasons(found) == {
            "doejane_123_1_first.ipynb": "does not count, doejane_LATE_123_2_second.ipynb does",
            "doejane_123_4_scratch.ipynb": "does not count: It is a scratch pad",
            "doejane_123_5_notes.pdf": "is not a notebook",
        }

    def test_who_handed_in_anything_has_a_row(self, folder, look):
        put(folder, "a_1_1_report.pdf", "b_2_2_vae.ipynb.txt", "c_3_3_work.zip", "d_4_4_text.html")
        put(folder, "e_5_5_other.ipynb", text="of another course")
        found = look(folder)
        assert {one.student: one.refused for one in found.submissions} == {
            "a": "“report.pdf” was handed in, which is not a notebook.",
            "b": None,
            "c": "“work.zip” was handed in, which is not a notebook.",
            "d": "“text.html” was handed in, which is not a notebook.",
            "e": "It is of another course.",
        }

    def test_a_notebook_of_another_lesson_than_is_asked_for(self, folder, look):
        put(folder, "a_1_1_x.ipynb", text="02_one_hot")
        (only,) = look(folder, LESSON).submissions
        assert (only.lesson, only.refused) == (
            LESSON,
            "This notebook is of the lesson 02_one_hot, not of 01_plain_vae.",
        )

    def test_no_two_rows_have_one_name(self, folder, look):
        put(folder, "doe_1_5_a.ipynb", "doe_2_6_a.ipynb", "doe_1.ipynb")
        students = [one.student for one in look(folder).submissions]
        assert len(set(students)) == 3


class TestMoodle:
    def test_folders_with_full_names(self, tmp_path, look):
        source = archive(
            tmp_path / "moodle.zip",
            {
                "Zoë de Vries_1234567_assignsubmission_file_/01_plain_vae.ipynb": "{}",
                "Ann O'Hara_1234568_assignsubmission_file_/deeper/still/vae.ipynb": "{}",
                "Ann O'Hara_1234568_assignsubmission_onlinetext_/onlinetext.html": "",
            },
        )
        found = look(source)
        assert rows(found) == [("Ann O'Hara", LESSON), ("Zoë de Vries", LESSON)]
        assert list(reasons(found).values()) == ["is not a notebook"]

    def test_the_folder_in_the_download_is_kept_for_the_way_back(self, folder, look):
        put(folder, "A B_1_assignsubmission_file_/deep/x.ipynb", "C D_2_assignsubmission_file_y.ipynb")
        places = [(one.piece.system, one.piece.place) for one in look(folder).submissions]
        assert places == [
            ("moodle", "A B_1_assignsubmission_file_"),
            ("moodle", "C D_2_assignsubmission_file_y.ipynb"),
        ]

    def test_a_single_student(self, folder, look):
        put(folder, "A B_1_assignsubmission_file_/01_plain_vae/01_plain_vae.ipynb")
        assert rows(look(folder)) == [("A B", LESSON)]

    def test_without_folders(self, folder, look):
        put(folder, "A B_1_assignsubmission_file_x.ipynb", "C D_2_assignsubmission_file_x.ipynb")
        assert rows(look(folder)) == [("A B", LESSON), ("C D", LESSON)]

    def test_two_of_one_name_and_two_files_of_one(self, folder, look):
        put(folder, "A B_1_assignsubmission_file_/x.ipynb", "A B_2_assignsubmission_file_/x.ipynb")
        put(folder, "A B_2_assignsubmission_file_/y.ipynb")
        assert rows(look(folder)) == [("A B_1", LESSON), ("A B_2", LESSON)]
        assert len(reasons(look(folder))) == 1
