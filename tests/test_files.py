"""Writing files: whole or not at all, and only when something changes."""

from grader.files import remove_drafts, write_if_changed


def test_what_is_right_already_is_left_alone(tmp_path):
    path = tmp_path / "deep" / "x"
    write_if_changed(path, b"same")
    before = path.stat().st_mtime_ns, path.stat().st_ino
    write_if_changed(path, b"same")
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before


def test_a_draft_of_a_killed_run_is_removed_by_the_next(tmp_path, monkeypatch):
    path = tmp_path / "deep" / "x"
    with monkeypatch.context() as patch:
        patch.setattr("os.replace", lambda *_: None)
        write_if_changed(path, b"killed before the end")
    write_if_changed(path, b"new")
    assert {left.suffix for left in path.parent.iterdir()} == {".part", ""}
    remove_drafts(tmp_path)
    assert list(path.parent.iterdir()) == [path]
    assert path.read_bytes() == b"new"
