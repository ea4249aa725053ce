"""Finding submissions: every layout, and names and files that were not meant well."""

import io
import os
import stat
import sys
import zipfile
from pathlib import Path

import pytest

from grader.classroom import CannotGrade, tree
from grader.classroom.discover import Discovery, discover, submissions_root
from grader.classroom.names import MAX_BYTES

KNOWN = ("01_plain_vae", "02_one_hot")
LESSON = "01_plain_vae"

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="such files cannot be made on Windows")


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "class"
    root.mkdir()
    return root


@pytest.fixture
def look(tmp_path):
    def look(source, lesson=None) -> Discovery:
        return discover(source, lesson, KNOWN, tmp_path / "scratch", lesson_of)

    return look


def lesson_of(path: Path) -> str:
    """Of a notebook as these tests have them: its text is its lesson, "{}" the first."""
    if path.parent.name in KNOWN:
        return path.parent.name
    text = path.read_text().strip() or "{}"
    if text in ("{}", "new", "old", *KNOWN):
        return text if text in KNOWN else LESSON
    raise ValueError(f"It is {text[:20]}.")


def put(root: Path, *names: str, text: str = "{}") -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def archive(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in members.items():
            file.writestr(zipfile.ZipInfo(name), text)
    return path


def zipped(members: dict[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return made.getvalue()


def rows(found: Discovery) -> list[tuple[str, str | None]]:
    return [(one.student, one.lesson) for one in found.submissions]


def reasons(found: Discovery) -> dict[str, str]:
    return {item.name: item.reason for item in found.skipped}


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
        put(folder, "a.ipynb", "notes.txt", "deep/b.ipynb", ".hidden.ipynb")
        found = look(folder)
        assert rows(found) == [("a", LESSON)]
        assert set(reasons(found)) == {"notes.txt", "deep/b.ipynb", ".hidden.ipynb"}

    def test_checkpoints_are_ignored(self, folder, look):
        put(folder, "a.ipynb", ".ipynb_checkpoints/a-checkpoint.ipynb", "__MACOSX/._a.ipynb", "._a.ipynb")
        found = look(folder)
        assert rows(found) == [("a", LESSON)]
        assert found.skipped == []

    def test_one_folder_around_everything_is_looked_through(self, folder, look):
        put(folder, "homework/a.ipynb", "homework/b.ipynb")
        assert rows(look(folder)) == [("a", LESSON), ("b", LESSON)]

    def test_nothing_there_is_no_error_of_discovery(self, folder, look):
        assert look(folder) == Discovery([], [])


class TestFolders:
    def test_a_folder_for_each_student(self, folder, look):
        """Drive, GitHub Classroom, or by hand; files that are no notebooks tell that somebody handed in something."""
        put(folder, "vae-alice/01_plain_vae.ipynb", "vae-bob/work/final.ipynb", "vae-carol/README.md", "notes.txt")
        (folder / "vae-dave").mkdir()
        found = look(folder)
        assert rows(found) == [("vae-alice", LESSON), ("vae-bob", LESSON), ("vae-carol", None)]
        assert reasons(found) == {"notes.txt": "is not a notebook", "vae-dave": "holds no file"}

    def test_a_folder_for_each_lesson(self, folder, look):
        put(folder, "01_plain_vae/alice.ipynb", "02_one_hot/alice.ipynb", "02_one_hot/bob.ipynb", "02_one_hot/x.md")
        found = look(folder)
        assert rows(found) == [("alice", LESSON), ("alice", "02_one_hot"), ("bob", "02_one_hot")]
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
        assert reasons(found) == {"carol (1)": "may be the same person as 'carol': each of them has a row of its own"}

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


@needs_posix
class TestHostileFolders:
    def test_links_folders_and_pipes_have_a_row_and_are_not_opened(self, folder, look, tmp_path):
        secret = tmp_path / "secret.ipynb"
        secret.write_text("{}")
        put(folder, "honest.ipynb", "afolder.ipynb/inside.ipynb")
        (folder / "link.ipynb").symlink_to(secret)
        (folder / "elsewhere").symlink_to(tmp_path)
        os.mkfifo(folder / "pipe.ipynb")
        found = look(folder)
        refused = {one.student: one.refused for one in found.submissions}
        assert set(refused) == {"honest", "afolder", "link", "pipe"}
        assert refused["honest"] is None
        assert "folder" in refused["afolder"]
        assert "symbolic link" in refused["link"]
        assert refused["pipe"]
        assert reasons(found) == {
            "afolder.ipynb/inside.ipynb": "is not where a submission is expected",
            "elsewhere": "is a symbolic link",
        }

    def test_a_link_in_place_of_a_student_or_a_notebook(self, folder, look, tmp_path):
        put(folder, "submitted/x/01_plain_vae/01_plain_vae.ipynb")
        (folder / "submitted/y").symlink_to(folder / "submitted/x")
        (folder / "submitted/z/01_plain_vae").mkdir(parents=True)
        (folder / "submitted/z/01_plain_vae/01_plain_vae.ipynb").symlink_to("/etc/passwd")
        found = look(folder)
        assert [(one.student, one.refused is None) for one in found.submissions] == [("x", True), ("z", False)]
        assert reasons(found) == {"y": "is a symbolic link"}

    def test_absurd_names_become_safe_and_stay_apart(self, folder, look):
        names = ["a\nb", "a\tb", "a\x1b[31mb", "\u202egnp", " ", "x" * 240, "CON", "a_b", "..."]
        put(folder, *(f"{name}.ipynb" for name in names))
        with open(os.fsencode(folder) + b"/\xff\xfe.ipynb", "w"):
            pass
        students = [one.student for one in look(folder).submissions]
        assert "a_b" in students
        skipped = {item.name for item in look(folder).skipped}
        assert skipped == {"....ipynb"}
        assert len({name.casefold() for name in students}) == len(names)
        for name in students:
            assert name.isprintable()
            assert len(name.encode()) <= MAX_BYTES
            assert not set(name) & set('/\\:*?"<>|')

    def test_a_folder_of_too_many_files(self, folder, look, monkeypatch):
        monkeypatch.setattr(tree, "MAX_ENTRIES", 3)
        put(folder, *(f"{n}.ipynb" for n in range(4)))
        with pytest.raises(CannotGrade, match="more than 3 files"):
            look(folder)

    def test_folders_without_end(self, folder, look):
        put(folder, "a.ipynb", "/".join("d" * 20) + "/b.ipynb")
        assert "is nested too deeply in folders" in reasons(look(folder)).values()


class TestHostileArchives:
    def test_long_paths_build_no_tree(self, tmp_path, look, monkeypatch):
        """One path of 65 KB has 30,000 folders; a tree of those took gigabytes."""
        made, real = [], tree.Entry
        monkeypatch.setattr(tree, "Entry", lambda *fields: made.append(fields) or real(*fields))
        names = ["a/" * 30_000 + "b.ipynb", "c/" * 20 + "d.ipynb", "fine.ipynb"]
        found = look(archive(tmp_path / "class.zip", dict.fromkeys(names, "{}")))
        assert [one.student for one in found.submissions] == ["fine"]
        assert set(reasons(found).values()) == {"its path is too long", "is nested too deeply in folders"}
        assert len(made) < 10

    def test_paths_that_climb_are_skipped_and_write_nothing(self, tmp_path, look):
        names = ["../up.ipynb", "/root.ipynb", "a/../../b.ipynb", "C:\\x.ipynb", "..\\w.ipynb", "\\\\host\\x.ipynb"]
        source = archive(tmp_path / "class.zip", {**dict.fromkeys(names, "evil"), "fine.ipynb": "{}"})
        found = look(source)
        assert rows(found) == [("fine", LESSON)]
        assert set(reasons(found).values()) == {"its path leads out of the archive"}
        assert len(found.skipped) == len(names)
        written = [path for path in tmp_path.rglob("*") if path.is_file() and path != source]
        assert [path.parent for path in written] == [tmp_path / "scratch"]

    def test_names_in_the_archive_are_never_names_on_the_disk(self, tmp_path, look):
        source = archive(tmp_path / "class.zip", {"x" * 3000 + "\n.ipynb": "one", "con.ipynb": "two"})
        found = look(source)
        assert sorted(one.path.read_text() for one in found.submissions) == ["one", "two"]
        assert all(len(one.student.encode()) <= MAX_BYTES for one in found.submissions)

    def test_a_link_in_the_archive(self, tmp_path, look):
        link = zipfile.ZipInfo("link.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        with zipfile.ZipFile(tmp_path / "class.zip", "w") as file:
            file.writestr(link, "/etc/passwd")
        (only,) = look(tmp_path / "class.zip").submissions
        assert "symbolic link" in (only.refused or "")

    def test_a_bomb_costs_its_own_row_only(self, tmp_path, look, monkeypatch):
        monkeypatch.setattr(tree, "MAX_BYTES", 1000)
        monkeypatch.setattr(tree, "MAX_UNPACKED", 2500)
        sizes = {"bomb": 10**6, "a": 900, "b": 1000, "c": 950}
        source = archive(tmp_path / "class.zip", {f"{name}.ipynb": " " * size for name, size in sizes.items()})
        refused = {one.student: one.refused for one in look(source).submissions}
        assert "too large" in (refused["bomb"] or "")
        assert refused["a"] is None
        assert refused["c"] is None
        assert refused["b"]
        assert sum(path.stat().st_size for path in (tmp_path / "scratch").iterdir()) <= 2500

    def test_a_size_that_is_a_lie(self, tmp_path, look):
        source = archive(tmp_path / "class.zip", {"a.ipynb": " " * 100_000, "b.ipynb": "{}"})
        data = source.read_bytes().replace((100_000).to_bytes(4, "little"), (50).to_bytes(4, "little"))
        source.write_bytes(data)
        first, second = look(source).submissions
        assert "damaged" in (first.refused or "")
        assert second.refused is None
        assert all(path.stat().st_size <= 50 for path in (tmp_path / "scratch").iterdir())

    def test_damage_and_encryption(self, tmp_path, look):
        source = archive(tmp_path / "class.zip", {"a.ipynb": "something to compress " * 9, "b.ipynb": "{}"})
        with zipfile.ZipFile(source) as file:
            start = file.getinfo("a.ipynb").header_offset + 30 + len("a.ipynb")
        data = bytearray(source.read_bytes())
        data[start + 3 : start + 9] = b"\xff" * 6
        source.write_bytes(data)
        first, second = look(source).submissions
        assert "damaged" in (first.refused or "")
        assert second.path.read_text() == "{}"

        central = bytes(data).rindex(b"PK\x01\x02")
        data[central + 8] |= 1
        source.write_bytes(data)
        assert "encrypted" in (look(source).submissions[1].refused or "")

    def test_one_name_twice(self, tmp_path, look):
        with zipfile.ZipFile(tmp_path / "class.zip", "w") as file:
            file.writestr("a.ipynb", "old")
            with pytest.warns(UserWarning, match="Duplicate"):
                file.writestr("a.ipynb", "new")
        found = look(tmp_path / "class.zip")
        assert [one.path.read_text() for one in found.submissions] == ["new"]
        assert len(found.skipped) == 1

    def test_no_archive_at_all(self, tmp_path, look):
        (tmp_path / "class.zip").write_bytes(b"PK\x03\x04 and no more")
        with pytest.raises(CannotGrade, match="neither folder nor zip"):
            look(tmp_path / "class.zip")
        put(tmp_path, "one.ipynb")
        with pytest.raises(CannotGrade, match="grader check"):
            look(tmp_path / "one.ipynb")
        with pytest.raises(CannotGrade, match="There is no"):
            look(tmp_path / "nowhere")

    def test_archives_in_archives(self, tmp_path, look):
        inner = io.BytesIO(zipped({"deep/x.ipynb": "{}", "../up.ipynb": "evil"}))
        for _ in range(2):  # and all of it zipped again
            inner = io.BytesIO(zipped({"doe_1_2_inner.zip" if _ == 0 else "again.zip": inner.getvalue()}))
        (tmp_path / "class.zip").write_bytes(inner.getvalue())
        found = look(tmp_path / "class.zip")
        assert rows(found) == [("doe", LESSON)]
        assert set(reasons(found).values()) == {"its path leads out of the archive"}

    def test_an_archive_without_end(self, tmp_path, look, monkeypatch):
        inside = zipped({"x.ipynb": "{}"})
        for _ in range(6):
            inside = zipped({"alice_1_2_more.zip": inside})
        (tmp_path / "class.zip").write_bytes(inside)
        (only,) = look(tmp_path / "class.zip").submissions
        assert "is not a notebook" in (only.refused or "")
        monkeypatch.setattr(tree, "MAX_INNER", 50)
        (only,) = look(tmp_path / "class.zip").submissions
        assert "is not a notebook" in (only.refused or "")
