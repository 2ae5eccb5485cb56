"""Short answers: mark schemes, marking point by point, explanations. Knows no notebook and no nbgrader, and runs without a network."""
