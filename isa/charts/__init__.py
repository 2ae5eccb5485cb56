"""The charts of the course: their look, how they are shown with words, how they are described as data, and the forms that lessons share."""

from isa.charts.comparison import slope, small_multiples
from isa.charts.description import describe
from isa.charts.inequality import gini, lorenz
from isa.charts.maps import world
from isa.charts.showing import image, quick_image, show
from isa.charts.theme import COLOURS, themed, use_theme

__all__ = ["COLOURS", "describe", "gini", "image", "lorenz", "quick_image", "show", "slope", "small_multiples", "themed", "use_theme", "world"]
