"""What a board is made of, before it has numbers."""

from pages.parts import walk


def test_a_layout_is_made_once_for_its_choices():
    of = (("length",), ("a", "b"), 2, "tanh", "CE", "mean", (0, 0, 0))
    assert walk.overview(*of) is walk.overview(*of)
    assert walk.overview(*of) != walk.overview(*of[:-1], (1, 0, 0))
    assert walk.paths(1, 2, 2, (1, None, 0)) is walk.paths(1, 2, 2, (1, None, 0))
