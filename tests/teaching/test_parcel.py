"""A zip or a folder is looked into without being believed."""

import os
import stat
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isa.teaching import parcel
from isa.teaching.parcel import ParcelError, files


def zipped(tmp_path, *names: str | zipfile.ZipInfo, content: bytes = b"{}"):
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return path


def a_link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def raw(path, content: bytes, flags: int = 0):
    """Change the bytes XXXX of a name in a zip into others of the same number, and say that it is no UTF-8."""
    data = path.read_bytes().replace(b"X" * len(content), content)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["../evil.ipynb"], "'../evil.ipynb' leads out of its folder"),
        (["amina/../../evil.ipynb"], "leads out of its folder"),
        (["amina\\..\\..\\evil.ipynb"], "leads out of its folder"),
        (["/etc/passwd"], "is an absolute name"),
        (["\\\\server\\share"], "is an absolute name"),
        (["C:/evil"], "is an absolute name"),
        (["amina//x"], "leads out of its folder"),
        ([a_link("amina/tiny.ipynb")], "is a link or a device"),
        (["amina/\x1b[31m"], "has a character that no name may have"),
        (["a/" * 30 + "x"], "too long or too deep"),
        (["ж" * 200], "too long or too deep"),
        (["amina", "amina/tiny.ipynb"], "'amina/tiny.ipynb' lies in a folder that is a file too"),
    ],
)
def test_what_could_do_harm_is_refused_with_the_whole_zip(tmp_path, names, said):
    with pytest.raises(ParcelError) as caught:
        files(zipped(tmp_path, "bilal/tiny.ipynb", *names))
    assert said in caught.value.lines[0]
    assert caught.value.lines[-1] == "class.zip: nothing has been taken"


def test_a_name_that_stands_twice_is_refused(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = zipped(tmp_path, "amina/tiny.ipynb", "amina/tiny.ipynb")
    with pytest.raises(ParcelError, match="stands twice"):
        files(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    path = zipped(tmp_path, "amina/tiny.ipynb", content=b"0" * 10_000)
    data = path.read_bytes()
    declared = (10_000).to_bytes(4, "little")
    path.write_bytes(data.replace(declared, (2**31).to_bytes(4, "little")))
    monkeypatch.setattr(parcel, "LARGEST", 2**32)
    with pytest.raises(ParcelError, match=r"would unpack to 2\.0 GB"):
        files(path)


def test_a_zip_that_declares_less_than_it_holds_is_damaged_and_not_read_on(tmp_path):
    path = zipped(tmp_path, "amina/tiny.ipynb", content=b"0" * 10_000)
    path.write_bytes(path.read_bytes().replace((10_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    with pytest.raises(ParcelError, match="is damaged or packed in an unknown way"):
        files(path)[0].digest()


def test_a_locked_a_damaged_and_a_missing_zip_are_a_line(tmp_path):
    path = zipped(tmp_path, "amina/tiny.ipynb")
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(ParcelError, match="is locked with a password"):
        files(path)
    path.write_bytes(b"PK\x03\x04 half of a download")
    with pytest.raises(ParcelError, match="is a zip without its end, as of a download that was cut off"):
        files(path)
    path.write_bytes(b"Rar!\x1a\x07")
    with pytest.raises(ParcelError, match="is neither a zip nor a folder; unpack it"):
        files(path)
    with pytest.raises(ParcelError, match="there is no such file or folder"):
        files(tmp_path / "none.zip")


def test_a_link_or_a_pipe_in_a_folder_is_refused(tmp_path):
    (tmp_path / "class" / "amina").mkdir(parents=True)
    (tmp_path / "class" / "amina" / "tiny.ipynb").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "class" / "pipe")
    with pytest.raises(ParcelError) as caught:
        files(tmp_path / "class")
    assert "is a link" in caught.value.lines[0]
    assert "is neither a file nor a folder" in caught.value.lines[1]


def test_what_systems_leave_behind_is_passed_over(tmp_path):
    path = zipped(tmp_path, "amina/tiny.ipynb", "__MACOSX/amina/._tiny.ipynb", "amina/.DS_Store", "amina/.ipynb_checkpoints/tiny-checkpoint.ipynb", "amina/")
    assert [file.path for file in files(path)] == [("amina", "tiny.ipynb")]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "Żółć"), ("cp850", "Zoé"), ("cp1252", "José García"), ("cp866", "Иван"), ("cp1251", "Иван"), ("gb18030", "李伟"), ("cp1256", "عمر")],
)
def test_names_in_an_old_zip_are_read_in_the_way_that_makes_students(tmp_path, encoding, name):
    content = name.encode(encoding)
    path = raw(zipped(tmp_path, "X" * len(content) + "/tiny.ipynb"), content)
    assert files(path, lambda names: names.count(name))[0].path == (name, "tiny.ipynb")


def test_backslashes_of_an_old_windows_tool_stand_between_folders(tmp_path):
    assert files(zipped(tmp_path, "amina\\tiny.ipynb"))[0].path == ("amina", "tiny.ipynb")


def test_the_time_of_a_file_is_in_utc_where_the_zip_says_so(tmp_path):
    info = zipfile.ZipInfo("amina/tiny.ipynb", (2001, 1, 1, 1, 1, 2))
    when = datetime(2027, 3, 1, 12, tzinfo=UTC)
    info.extra = b"\x55\x54\x05\x00\x01" + int(when.timestamp()).to_bytes(4, "little")
    assert files(zipped(tmp_path, info))[0].changed == when
    assert files(zipped(tmp_path, zipfile.ZipInfo("amina/tiny.ipynb")))[0].changed is None  # 1980, which is what a zip says where it knows nothing


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_no_damage_to_a_zip_is_more_than_a_line(tmp_path, data):
    path = zipped(tmp_path, "amina/tiny.ipynb", "bilal/tiny.ipynb", content=b"some content " * 9)
    content = bytearray(path.read_bytes())
    for at, byte in data.draw(st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), min_size=1, max_size=6)):
        content[at] = byte
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content)
    try:
        found = [file.digest() for file in files(path)]
    except ParcelError:
        found = []
    assert all(len(digest) == 64 for digest in found)
