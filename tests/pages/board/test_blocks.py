"""What a board is made of, before it has numbers."""

from pages.instruments import network


def test_a_layout_is_made_once_for_its_choices():
    of = (("length",), ("a", "b"), 2, "tanh", "CE", "mean", (0, 0, 0))
    assert network.overview(*of) is network.overview(*of)
    assert network.overview(*of) != network.overview(*of[:-1], (1, 0, 0))
    assert network.paths(1, 2, 2, (1, None, 0)) is network.paths(1, 2, 2, (1, None, 0))
