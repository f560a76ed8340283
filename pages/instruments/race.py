"""The training race: what decides it, what is told of it, and its replay epoch by epoch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

import core
from core.datasets import Dataset
from core.inputs import Array
from core.losses import Loss
from core.training import EpochRecord, RaceSettings
from pages.board import blocks as b
from pages.board import frames
from pages.board import pictures as p
from pages.board.blocks import Block, Board
from pages.board.frames import Grids, Sweeps
from pages.board.grid import Grid
from pages.instruments.base import Inputs, Instrument, Quantities, State
from pages.instruments.race_curves import GRADIENTS, SUCCESS, History, charts, drawn, heights
from pages.notation import figures
from pages.notation.figures import Figure
from pages.notation.losses import written
from pages.notation.number_format import fixed


def settings(state: State) -> RaceSettings:
    """All that decides a race."""
    return RaceSettings(
        data=state["data"],
        confidence=state["confidence"],
        learning_rate=state["lr"],
        epochs=state["epochs"],
        hidden=state["hidden"],
        batch_size=state["batch"],
        momentum=state["momentum"],
        activation=state["act"],
        reduction=state["mse"],
        seed=state["seed"],
    )


def is_drawn(data: Dataset) -> bool:
    """Whether the replay draws every sample's y, on the triangle of three classes."""
    return len(data.classes) == 3


def columns(history: History) -> dict[Loss, dict[str, list[float]]]:
    """All that was measured: for each loss a list a measure, over the epochs."""
    return {
        loss: {
            "epoch": [r.epoch for r in records],
            "accuracy": [r.accuracy for r in records],
            "accuracy_held_out": [r.accuracy_held_out for r in records],
            "cross_entropy": [r.cross_entropy for r in records],
            "squared_error": [r.squared_error for r in records],
            "dL_dz_norm": [r.dL_dz_norm for r in records],
            "saturated": [r.saturated for r in records],
            "saturated_wrong": [r.saturated_wrong for r in records],
            **{
                f"dL_dW{k + 1}_norm": [r.dL_dW_norms[k] for r in records]
                for k in range(len(records[0].dL_dW_norms))
            },
        }
        for loss, records in history.items()
    }


def curves(history: History, epochs: int, epoch: int | None = None) -> tuple[Figure, Figure]:
    """How well both do, and what becomes of their gradients; with an epoch marked in both."""
    measured = columns(history)
    success, gradients = (
        figures.curves(
            measured, [(c.title, c.measure, c.scale, c.ends) for c in them], epochs, epoch=epoch
        )
        for them in (SUCCESS, GRADIENTS)
    )
    return success, gradients


def results(
    history: History, reduction: str, *, stopped: bool = False
) -> dict[str, dict[str, str]]:
    """Where both ended: a row a measure, a column a loss, which says so if it ended before the other.

    Parameters
    ----------
    stopped : whether the race was, so that what has not happened may still have come
    """
    last = max(len(records) for records in history.values())
    titles = {
        loss: written(loss).name
        + ("" if len(records) == last else f", which ended after epoch {records[-1].epoch}")
        for loss, records in history.items()
    }
    measures: dict[str, Callable[[EpochRecord], str]] = {
        "accuracy, held-out part": lambda r: fixed(r.accuracy_held_out, 3),
        "accuracy, training part": lambda r: fixed(r.accuracy, 3),
        "cross-entropy": lambda r: fixed(r.cross_entropy, 4),
        f"squared error ({reduction})": lambda r: fixed(r.squared_error, 4),
        "mean ‖∂L/∂z‖, under its own loss": lambda r: fixed(r.dL_dz_norm, 4),
        "share of rows saturated": lambda r: fixed(r.saturated, 3),
        "… at a wrong class": lambda r: fixed(r.saturated_wrong, 3),
    }
    rows = {
        name: {titles[loss]: told(records[-1]) for loss, records in history.items()}
        for name, told in measures.items()
    }
    reached = {titles[loss]: core.epochs_to(records) for loss, records in history.items()}
    rows["epochs to 90 % accuracy, held-out part"] = {
        name: (("not yet" if stopped else "never") if epoch is None else str(epoch))
        for name, epoch in reached.items()
    }
    return rows


def seen(history: History, *, stopped: bool = False) -> str:
    """What is to be seen in a race that is over, in a few sentences with its own numbers."""
    start = {loss: fixed(records[0].dL_dz_norm, 4) for loss, records in history.items()}
    reached = {loss: core.epochs_to(records) for loss, records in history.items()}
    told = [
        f"At the start ∂L/∂z is {start['CE']} long on average with cross-entropy, {start['MSE']} with "
        "squared error."
    ]
    if reached["CE"] is not None and reached["CE"] == reached["MSE"]:
        told.append(f"Both networks know 90 % of the held-out part after epoch {reached['CE']}.")
    else:
        told += [
            f"The network with {written(loss).name} {_come(records, reached[loss], stopped)}."
            for loss, records in history.items()
        ]
    return " ".join(told)


def _come(records: Sequence[EpochRecord], reached: int | None, stopped: bool) -> str:
    """How far a network has come: the end of a sentence."""
    end = f"{fixed(100 * records[-1].accuracy_held_out, 0)} %"
    if reached is not None:
        return f"knows 90 % of the held-out part after epoch {reached}"
    if stopped:
        return f"is at {end} of the held-out part, where the race was stopped"
    return f"never comes to 90 % of the held-out part and ends at {end}"


@dataclass(frozen=True, eq=False)
class Replay(Instrument):
    """Where the samples stood at each epoch."""

    data: Dataset
    history: History

    @property
    def sliders(self) -> dict[str, int | None]:
        return {"epoch": None}

    @cached_property
    def _shown(self) -> Quantities:
        """Each over all epochs that its network has."""
        shown = heights(self.history)
        for loss, records in self.history.items():
            shown[f"confusion_{loss}"] = np.array([r.confusion for r in records])
            if is_drawn(self.data):
                y = np.array([core.forward(r.network, self.data.x).y for r in records])
                shown[f"points_{loss}"] = core.to_plane(y)
        return shown

    def numbers(self, epoch: Array | int) -> Quantities:
        """Whoever ended earlier stays at the last epoch."""
        k = np.asarray(epoch).astype(int)
        now = {name: v[np.minimum(k, len(v) - 1)] for name, v in self._shown.items()}
        return {"epoch": k, **now, **self._whole}

    def sweeps(self, grids: Grids, inputs: Inputs) -> Sweeps:
        return _sweeps(self, grids["epoch"], float(inputs["epoch"]))

    @property
    def _whole(self) -> Quantities:
        """What the charts draw of all epochs, if there are any but the first."""
        return drawn(self._shown, self.history) if self._last > 0 else {}

    @property
    def _last(self) -> int:
        return max(len(records) for records in self.history.values()) - 1

    def blocks(self) -> dict[str, Board]:
        found = charts(self._shown, self.history) if self._last > 0 else []
        rows = [b.beside(*found[k : k + 2]) for k in range(0, len(found), 2)]
        board = Board(
            (
                b.text(
                    "After epoch {epoch} accuracy on the held-out part is {CE} with cross-entropy "
                    "and {MSE} with squared error. Confidently wrong: {wrong_CE} and {wrong_MSE} of "
                    "the training rows.",
                    epoch=b.number("epoch", decimals=0),
                    CE=b.number("accuracy_CE", decimals=3),
                    MSE=b.number("accuracy_MSE", decimals=3),
                    wrong_CE=b.number("saturated_wrong_CE", decimals=3),
                    wrong_MSE=b.number("saturated_wrong_MSE", decimals=3),
                    tone="key",
                ),
                *rows[:1],
                b.beside(*(self._picture(loss) for loss in self.history)),
                *rows[1:],
            ),
            alt="Where the samples stand at the chosen epoch, for both losses",
            dense=not is_drawn(self.data),
        )
        return {"replay_board": board}

    def _picture(self, loss: Loss) -> Block:
        names, name = list(self.data.classes), written(loss).name
        if is_drawn(self.data):
            return p.triangle(
                f"points_{loss}",
                self.data.label.tolist(),
                names,
                title=f"Every flower’s y: {name}",
            )
        return b.matrix(
            f"confusion_{loss}",
            names,
            names,
            title=f"True digit (row) taken for (column): {name}",
            shape="",
            scale=40,
            decimals=0,
            signed=False,
        )


@lru_cache(maxsize=16)
def _sweeps(replay: Replay, grid: Grid, epoch: float) -> Sweeps:
    """A race that is over stays as it is; whoever looks at it asks for them with every epoch."""
    return frames.sweeps(replay.numbers, {"epoch": grid}, epoch=epoch)
