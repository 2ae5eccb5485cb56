import io

import numpy as np
import PIL.Image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from isa.charts import png


def opened(file):
    picture = PIL.Image.open(io.BytesIO(file))
    picture.load()  # checks the sums at the end of each part
    assert (picture.format, picture.mode) == ("PNG", "RGB")
    return np.asarray(picture)


@settings(max_examples=60, deadline=None)
@given(arrays(np.uint8, st.tuples(st.integers(1, 200), st.integers(1, 20), st.just(3)), elements=st.integers(0, 255)))
def test_a_picture_is_the_same_pixel_for_pixel_when_a_library_reads_it(pixels):
    assert (opened(png.packed(pixels)) == pixels).all()


@pytest.mark.parametrize("height", [63, 64, 65, 128, 129])
def test_rows_that_are_packed_together_and_apart_join_without_a_seam(height):
    pixels = np.arange(height * 30, dtype=np.uint64).reshape(height, 10, 3).astype(np.uint8)
    assert (opened(png.packed(pixels)) == pixels).all()


def test_a_part_of_a_larger_sheet_is_packed_as_it_stands():
    sheet = np.random.default_rng(1).integers(0, 256, (50, 40, 4), np.uint8)
    assert (opened(png.packed(sheet[5:30, 7:20, :3])) == sheet[5:30, 7:20, :3]).all()


def test_what_is_flat_takes_little_room():
    assert len(png.packed(np.full((600, 1200, 3), 255, np.uint8))) < 20_000
