import os
import subprocess
import sys

import pytest

from isa.grading.sandbox import pages

JOINED = """
import re
from isa.grading.sandbox import pages
def large():
    return int(re.search(r"AnonHugePages: *([0-9]+)", open("/proc/self/smaps_rollup").read())[1])
data = [str(number) for number in range(400_000)]
before = large()
pages.join()
assert data[399_999] == "399999" and len(set(data)) == 400_000
print(large() - before)
"""


def kernel() -> tuple[int, ...]:
    return tuple(int(part) for part in os.uname().release.split(".")[:2])


@pytest.mark.skipif(not sys.platform.startswith("linux") or kernel() < (6, 1), reason="pages are joined since Linux 6.1")
def test_the_data_of_a_process_is_joined_into_large_pages_and_stays_what_it_was():
    done = subprocess.run([sys.executable, "-c", JOINED], check=True, capture_output=True, text=True)
    assert int(done.stdout) > 0


@pytest.mark.parametrize("told", ["a line of another kind\n", "", "7f-80 rw-p 0 0 0\n"])
def test_where_the_kernel_says_something_else_all_stays_as_it_is(monkeypatch, tmp_path, told):
    (tmp_path / "maps").write_text(told)
    monkeypatch.setattr(pages, "MAPS", str(tmp_path / "maps"))
    pages.join()


def test_where_the_kernel_says_nothing_all_stays_as_it_is(monkeypatch):
    monkeypatch.setattr(pages, "MAPS", "/no/such/file")
    pages.join()
