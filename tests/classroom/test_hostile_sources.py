"""Names, files and archives that were not meant well: each costs its own row only."""

import errno
import io
import os
import stat
import sys
import zipfile
from functools import partial

import pytest

from grader.classroom import CannotGrade, tree, unpacking
from grader.classroom.names import MAX_BYTES
from grader.classroom.tree import Allowance
from tests.classroom.handed_in import LESSON, archive, put, reasons, rows, zipped

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="such files cannot be made on Windows")


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


class TestNamesThatStudentsChoose:
    """What follows a campus system's prefix decides nothing, however many files one person hands in."""

    TAILS = (
        "a{0}_1_assignsubmission_file_",
        "a{0}_1_assignsubmission_file_x",
        "a{0}_1_assignsubmission_file_x.c~",
        "a{0}_1_assignsubmission_file_x.ipynb",
        "a{0}_1_2_x",
        "Makefile{0}",
        "{0}.ipynb~",
        "submission_metadata.yml",
    )

    @pytest.mark.parametrize("tail", TAILS)
    def test_a_download_from_canvas_stays_one(self, folder, look, tail):
        put(folder, *(f"student{n}_10{n}_{n}_x.ipynb" for n in range(4)), "mallory_999_7_x.ipynb")
        put(folder, *(f"mallory_999_{n}_{tail.format(n)}" for n in range(10, 25)))
        found = look(folder)
        assert [one.student for one in found.submissions] == ["mallory", *(f"student{n}" for n in range(4))]
        assert {(one.piece.system, one.refused) for one in found.submissions} == {("canvas", None)}

    @pytest.mark.parametrize("tail", TAILS)
    def test_a_download_from_canvas_in_which_all_choose_the_same(self, folder, look, tail):
        put(folder, *(f"student{n}_10{n}_{n}_{tail.format(n)}" for n in range(4)))
        found = look(folder)
        assert [one.student for one in found.submissions] == [f"student{n}" for n in range(4)]
        assert {one.piece.system for one in found.submissions} == {"canvas"}

    @pytest.mark.parametrize("between", ["", "/"])
    @pytest.mark.parametrize("tail", ["{0}_1_2_x.ipynb", "_{0}_1_x_1_assignsubmission_file_", "LATE_{0}_1_x", "{0}"])
    @pytest.mark.parametrize("everybody", [False, True])
    def test_a_download_from_moodle_stays_one(self, folder, look, between, tail, everybody):
        place = "{}_{}_assignsubmission_file_" + between
        people = {"A B": 11, "C D": 12, "Mal Lory": 13}
        put(folder, *(place.format(*one) + (tail.format(1) if everybody else "x.ipynb") for one in people.items()))
        put(folder, *(place.format("Mal Lory", 13) + tail.format(n) for n in range(20, 35)))
        found = look(folder)
        assert [one.student for one in found.submissions] == list(people)
        assert {(one.piece.system, one.person.number) for one in found.submissions} == {
            ("moodle", str(number)) for number in people.values()
        }

    @pytest.mark.parametrize("odd", ["mallory_1_2_x.txt", "M_1_assignsubmission_file_x", "submission_metadata.yml"])
    def test_one_name_in_a_folder_of_files_costs_nobody_the_row(self, folder, look, odd):
        put(folder, "ann.ipynb", "bob.pdf", "cyd.ipynb", odd)
        assert {"ann", "bob", "cyd"} <= {one.student for one in look(folder).submissions}


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
        monkeypatch.setattr(unpacking, "MAX_BYTES", 1000)
        monkeypatch.setattr(unpacking, "MAX_UNPACKED", 2500)
        sizes = {"bomb/x": 10**6, "a/x": 900, "b/x": 1000, **{f"many/{n:02d}": 900 for n in range(50)}}
        source = archive(tmp_path / "class.zip", {f"{name}.ipynb": " " * size for name, size in sizes.items()})
        refused = {one.student: one.refused for one in look(source).submissions}
        assert "too large" in (refused.pop("bomb") or "")
        assert refused == dict.fromkeys(("a", "b", "many"))
        assert sum(path.stat().st_size for path in (tmp_path / "scratch").iterdir()) <= 3 * 2500

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

    @pytest.mark.parametrize(
        ("least", "reason"),
        [
            ({"names": 3}, "is an archive that holds more than the 3 files that are still allowed"),
            ({"tables": 3_000}, "is an archive that has a table of contents that is too large"),
            ({"unpacked": 400}, "is an archive that unpacks to too many bytes"),
        ],
    )
    def test_what_one_person_hands_in_takes_nobody_else_s_room(self, tmp_path, look, monkeypatch, least, reason):
        monkeypatch.setattr(tree, "Allowance", partial(tree.Allowance, **least))
        monkeypatch.setattr(tree, "_of_a_class", lambda: Allowance(10**6, 10**9, 10**9))
        fine, many = zipped({"x.ipynb": "{}"}), zipped({f"{n}.ipynb": "{}" for n in range(60)})
        hidden = zipped({f"{n}.zip": zipped({"a.ipynb": "{}", "b.ipynb": "{}"}) for n in range(60)})
        members = {"anna_1_1_x.zip": fine, "mallory_2_2_x.zip": many, "mallet_3_3_x.zip": hidden}
        again = {f"zoe{n}_{n + 4}_4_x.zip": fine for n in range(5)}
        (tmp_path / "class.zip").write_bytes(zipped({**members, **again}))
        found = look(tmp_path / "class.zip")
        good = [one.student for one in found.submissions if one.refused is None]
        assert good == ["anna", *(f"zoe{n}" for n in range(5))]
        assert reasons(found)["mallory_2_2_x.zip"] == reason
        assert "mallet" in {one.student for one in found.submissions}

    @pytest.mark.parametrize("depth", [0, 1])
    @pytest.mark.parametrize(
        ("place", "honest"),
        [
            ("Mal Lory_13_assignsubmission_file_/{}.zip", "A B_11_assignsubmission_file_/x.zip"),
            ("mallory_13_{}_x.zip", "alice_11_7_x.zip"),
            ("mallory/{}.zip", "alice/x.zip"),
            ("CS/mallory/{}.zip", "CS/alice/x.zip"),
            ("submitted/mallory/ps1/{}.zip", "submitted/alice/ps1/x.zip"),
        ],
    )
    def test_many_archives_of_one_person_share_one_allowance(
        self, folder, look, tmp_path, monkeypatch, depth, place, honest
    ):
        monkeypatch.setattr(tree, "Allowance", partial(tree.Allowance, unpacked=50_000))
        bomb = zipped({"inner.zip": b" " * 20_000})
        for _ in range(depth):
            bomb = zipped({"again.zip": bomb})
        put(folder, honest)
        (folder / honest).write_bytes(zipped({"x.ipynb": "{}"}))
        for n in range(8):
            put(folder, place.format(n))
            (folder / place.format(n)).write_bytes(bomb)
        found = look(folder)
        refused = {one.student.split()[0]: one.refused for one in found.submissions}
        assert len(refused) == 2
        assert [reason is None for _, reason in sorted(refused.items(), key=lambda one: one[0].lower())] == [
            True,
            False,
        ]
        assert "is an archive that unpacks to too many bytes" in reasons(found).values()
        assert sum(path.stat().st_size for path in (tmp_path / "scratch").iterdir()) < 51_000

    def test_names_are_one_person_s_over_all_archives_with_the_folders_in_paths(self, folder, look, monkeypatch):
        monkeypatch.setattr(tree, "Allowance", partial(tree.Allowance, names=40))
        for n in range(4):
            put(folder, f"mallory_13_{n}_x.zip")
            names = [f"{n}{k}/a/b/c/d/e/x.txt" for k in range(3)]  # 3 names that make 21 entries
            (folder / f"mallory_13_{n}_x.zip").write_bytes(zipped(dict.fromkeys(names, "")))
        put(folder, "alice_11_7_x.ipynb", "mallory_13_9_x.ipynb")
        found = look(folder)
        assert [(one.student, one.refused) for one in found.submissions] == [("alice", None), ("mallory", None)]
        refused = "is an archive that holds more than the 19 files that are still allowed"
        assert [item.reason for item in found.skipped].count(refused) == 3

    @pytest.mark.parametrize("name", ["{}.txt", ".{}", "../{}", "{}.ipynb", "a/{}.zip"])
    def test_what_does_not_count_is_listed_up_to_a_number(self, folder, look, name):
        put(folder, "alice_11_7_x.ipynb", "alice_11_8_notes.txt", "mallory_13_9_x.ipynb")
        many = zipped(dict.fromkeys((name.format(n) for n in range(100)), "{}"))
        for n in range(3):
            (folder / f"mallory_13_{n}_y.zip").write_bytes(many)
        found = look(folder)
        assert [one.student for one in found.submissions] == ["alice", "mallory"]
        assert reasons(found)["alice_11_8_notes.txt"] == "is not a notebook"
        assert len(found.skipped) <= 2 * (tree.MAX_SKIPPED + 1) + 1
        assert any("more that do not count and are not listed" in reason for reason in reasons(found).values())

    def test_the_only_archive_of_a_download_is_its_owner_s(self, folder, look, monkeypatch):
        monkeypatch.setattr(tree, "Allowance", partial(tree.Allowance, names=3))
        monkeypatch.setattr(tree, "_of_a_class", lambda: Allowance(10**6, 10**9, 10**9))
        many = zipped({f"{n}.ipynb": "{}" for n in range(9)})
        (folder / "class.zip").write_bytes(many)
        assert len(look(folder).submissions) == 9
        (folder / "class.zip").rename(folder / "mallory_13_1_class.zip")
        (only,) = look(folder).submissions
        assert only.refused == "“class.zip” was handed in, which is not a notebook."

    @pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_what_would_unpack_without_bounds_is_not_unpacked(self, tmp_path, look, method):
        """With these methods zipfile unpacks all that it has read, whatever size the table says."""
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w", method) as file:
            file.writestr("x.ipynb", "{}")
        members = {"alice_1_2_x.ipynb": "{}", "mallory_3_4_y.zip": inner.getvalue()}
        (tmp_path / "class.zip").write_bytes(zipped(members))
        alice, mallory = look(tmp_path / "class.zip").submissions
        assert alice.refused is None
        assert mallory.refused == (
            "It is compressed in a way that is not opened here. Make an ordinary zip archive of it."
        )

    def test_many_archives_of_one_cost_nobody_else(self, tmp_path, look, monkeypatch):
        """Each that is open takes a file descriptor, of which a process has some thousand."""
        opened: list[unpacking.Archives] = []
        make = unpacking.Archives.__init__
        monkeypatch.setattr(unpacking.Archives, "__init__", lambda one: make(one) or opened.append(one))
        many = zipped({f"{n}.zip": zipped({"x.ipynb": "{}"}) for n in range(30)})
        members = {"alice_1_2_x.zip": zipped({"x.ipynb": "{}"}), "mallory_3_4_y.zip": many}
        (tmp_path / "class.zip").write_bytes(zipped({**members, "zoe_5_6_x.zip": members["alice_1_2_x.zip"]}))
        found = look(tmp_path / "class.zip")
        assert [(one.student, one.refused) for one in found.submissions] == [
            ("alice", None),
            ("mallory", None),
            ("zoe", None),
        ]
        assert opened
        assert all(len(one._open) <= 4 for one in opened)

    def test_a_fault_of_the_machine_is_no_damage(self, tmp_path, look, monkeypatch):
        archive(tmp_path / "class.zip", {"a.ipynb": "{}"})

        def no_descriptors(*given, **options):
            raise OSError(errno.EMFILE, "Too many open files")

        monkeypatch.setattr(zipfile.ZipFile, "open", no_descriptors)
        with pytest.raises(OSError, match="Too many open files"):
            look(tmp_path / "class.zip")

    @pytest.mark.parametrize("inside", [{}, {"__MACOSX/._a.ipynb": ""}, {".hidden.ipynb": "{}"}, {"../up.ipynb": "{}"}])
    def test_an_archive_with_nothing_in_it_has_a_row(self, tmp_path, look, inside):
        members = {"alice_1_2_x.ipynb": "{}", "bob_3_4_y.zip": zipped(inside)}
        (tmp_path / "class.zip").write_bytes(zipped(members))
        found = look(tmp_path / "class.zip")
        assert [(one.student, one.refused) for one in found.submissions] == [
            ("alice", None),
            ("bob", "“y.zip” was handed in, which is not a notebook."),
        ]
        assert reasons(found)["bob_3_4_y.zip"] == "is an archive that holds no file that could count"

    def test_a_table_that_is_too_large_is_not_read(self, tmp_path):
        """Its names become objects in memory before anybody can count them."""
        source = archive(tmp_path / "many.zip", dict.fromkeys((f"{n:050d}" for n in range(2_000)), ""))
        assert len(unpacking.table_of(source, 2**20)) == 2_000
        with pytest.raises(unpacking.Unlisted):
            unpacking.table_of(source, 2**17)
