"""The package as it is installed: a wheel carries the tables and the syllabus, and works without a checkout."""

import subprocess
import sys
import zipfile

import pytest

import isa
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with nothing in it but the unpacked wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "site")
    return folder / "site"


def run(installed, code: str) -> str:
    # -S -I would drop the libraries too, so the wheel is put first, and the test looks where `isa` came from.
    told = f"import sys; sys.path.insert(0, {str(installed)!r}); import isa; assert isa.__file__.startswith({str(installed)!r}), isa.__file__; {code}"
    return subprocess.run([sys.executable, "-c", told], cwd=installed, check=True, capture_output=True, text=True).stdout


def test_every_table_loads_from_an_installed_wheel(installed):
    rows = "sum(len(isa.load(name)) for name in isa.tables().name)"
    assert run(installed, f"print({rows}, isa.tables().rows.sum())").split() == [str(sum(isa.tables().rows))] * 2


def test_the_syllabus_travels_too(installed):
    assert run(installed, "from isa import syllabus; print(len(syllabus.read().lessons))").strip() == "12"


def test_nothing_of_the_gradebook_the_sources_or_the_builders_is_in_a_wheel(installed):
    names = {path.relative_to(installed).as_posix() for path in installed.rglob("*") if path.is_file()}
    assert not [name for name in names if any(private in name for private in ("specimens/", "source/", "gradebook", "build/", "tests/"))]


def test_a_wheel_makes_jupyterlab_quiet(installed):
    assert list(installed.rglob("share/jupyter/lab/settings/overrides.json"))
