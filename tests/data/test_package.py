"""The data package: valid, described, built again byte for byte, and within what licences allow."""

import hashlib
import json
import subprocess
import sys

import frictionless
import pytest

from isa import syllabus
from tests.conftest import RAW, ROOT

PACKAGE = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = PACKAGE["resources"]


def test_frictionless_finds_the_package_valid_keys_included():
    report = frictionless.validate(str(ROOT / "data" / "datapackage.json"))
    assert report.valid, report.to_summary()


def test_frictionless_would_notice_a_code_that_is_in_no_country(tmp_path):
    for path in [*(ROOT / "data").glob("*.csv"), ROOT / "data" / "datapackage.json"]:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    members = tmp_path / "members.csv"
    members.write_text(members.read_text(encoding="utf-8").replace("AFG,", "ZZZ,", 1), encoding="utf-8")
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert "foreign-key" in {error.type for task in report.tasks for error in task.errors}


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda r: r["name"])
def test_a_table_is_the_one_that_was_described(resource):
    data = (ROOT / "data" / resource["path"]).read_bytes()
    assert f"sha256:{hashlib.sha256(data).hexdigest()}" == resource["hash"]
    assert (len(data), data.count(b"\n") - 1) == (resource["bytes"], resource["rows"])


def test_every_csv_is_described_and_has_its_builder():
    assert {p.name for p in (ROOT / "data").glob("*.csv")} == {r["path"] for r in RESOURCES}
    assert all((ROOT / "data" / r["builder"]).is_file() for r in RESOURCES)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda r: r["name"])
def test_a_description_is_complete(resource):
    for key in ("title", "description", "measured", "misses", "sources", "licenses", "lessons"):
        assert resource[key], key
    for source in resource["sources"]:
        assert all(source[key] for key in ("title", "path", "citation", "edition", "date", "bibtex"))
    for field in resource["schema"]["fields"]:
        assert field["description"]
        if field["type"] in ("integer", "number"):
            assert field.get("unit"), f"{field['name']} has no unit"


def test_the_tables_name_the_lessons_that_use_them():
    lessons = {lesson.id: lesson for lesson in syllabus.read().lessons}
    for resource in RESOURCES:
        for lesson in resource["lessons"]:
            assert resource["name"] in lessons[lesson].evidence
    for lesson in lessons.values():
        for table in lesson.evidence:
            assert lesson.id in next(r for r in RESOURCES if r["name"] == table)["lessons"]


@pytest.mark.skipif(not RAW.is_dir(), reason="the raw data sets are not here")
def test_a_rebuild_is_equal_byte_for_byte(tmp_path):
    subprocess.run([sys.executable, str(ROOT / "data" / "build"), str(RAW), str(tmp_path)], check=True, capture_output=True)
    for built in tmp_path.iterdir():
        assert built.read_bytes() == (ROOT / "data" / built.name).read_bytes(), built.name
    assert {p.name for p in tmp_path.iterdir()} == {r["path"] for r in RESOURCES} | {"datapackage.json", "README.md"}


@pytest.mark.skipif(not RAW.is_dir(), reason="the raw data sets are not here")
def test_one_table_built_alone_leaves_the_package_as_a_whole_build_makes_it(tmp_path):
    for path in [*(ROOT / "data").glob("*.csv"), ROOT / "data" / "datapackage.json"]:
        (tmp_path / path.name).write_bytes(b"old\n" if path.name == "borders.csv" else path.read_bytes())
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    package["resources"] = [one for one in package["resources"] if one["name"] != "borders"]
    (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    subprocess.run([sys.executable, str(ROOT / "data" / "build"), str(RAW), str(tmp_path), "--only", "borders"], check=True, capture_output=True)
    for built in tmp_path.iterdir():
        assert built.read_bytes() == (ROOT / "data" / built.name).read_bytes(), built.name


def test_a_table_that_has_no_builder_is_named(tmp_path):
    done = subprocess.run(
        [sys.executable, str(ROOT / "data" / "build"), str(tmp_path), str(tmp_path), "--only", "bordres"], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert done.stderr == "bordres: there is no such table, expected data/build/bordres.py with a TABLE of that name\n"


def test_a_builder_without_the_raw_folder_says_so(tmp_path):
    done = subprocess.run([sys.executable, str(ROOT / "data" / "build"), str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "not found. Give the folder that holds the raw data sets" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not RAW.is_dir(), reason="the raw data sets are not here")
@pytest.mark.parametrize("resource", RESOURCES, ids=lambda r: r["name"])
def test_no_table_is_a_copy_of_a_raw_file(resource):
    ours = (ROOT / "data" / resource["path"]).read_bytes()
    assert all(ours != raw.read_bytes() for raw in RAW.rglob("*.csv"))
