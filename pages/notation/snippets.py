"""The current state as code that runs anywhere: NumPy, and PyTorch as an independent check.

The code does not use `core`. Each variable has the name of the quantity on the board.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.inputs import Array
from core.losses import Loss, Reduction
from core.network import Activation
from core.upstream import Upstream
from pages.notation.losses import written


@dataclass(frozen=True)
class Code:
    """The same in two libraries."""

    numpy: str
    torch: str

    def __add__(self, more: "Code") -> "Code":
        return Code(self.numpy + more.numpy, self.torch + more.torch)


@dataclass(frozen=True)
class Upstreamed:
    """How g was chosen."""

    kind: Upstream
    t: Array
    reduction: Reduction
    row: int
    g: Array


def _floats(values: Array) -> str:
    return "[" + ", ".join(repr(float(v)) for v in values) + "]"


def _literal(values: Array) -> str:
    """An array of any shape as nested lists."""
    return repr(values.tolist())


def numpy_softmax(z: Array, tau: float) -> str:
    """z, y, A, B, J and its sums."""
    return f"""import numpy as np

z = np.array({_floats(z)})  # logits
tau = {float(tau)!r}  # temperature

e = np.exp((z - z.max()) / tau)  # shifted: exp cannot overflow
y = e / e.sum()

A = np.diag(y * (1 - y)) / tau  # diagonal part
B = -np.outer(y, y) / tau  # off-diagonal part
np.fill_diagonal(B, 0)
J = A + B  # J[i, j] = ∂y_i/∂z_j
row_sums = J.sum(axis=1)
column_sums = J.sum(axis=0)
"""


def numpy_nudge(j: int, delta: float) -> str:
    """What J predicts for a nudge, and what happens."""
    return f"""
step = {float(delta)!r} * np.eye(len(z))[{j}]  # move logit {j + 1}
predicted = J @ step
moved = np.exp((z + step - (z + step).max()) / tau)
actual = moved / moved.sum() - y
difference = actual - predicted
print(predicted, actual, sep="\\n")
"""


def numpy_product(up: Upstreamed) -> str:
    """g and g J."""
    lines = {
        "CE": f"t = np.array({_floats(up.t)})  # target\n"
        f"g = {written('CE').g_code}  # cross-entropy",
        "MSE": f"t = np.array({_floats(up.t)})  # target\n"
        f"g = {written('MSE', up.reduction).g_code}  # squared error, {up.reduction}",
        "ones": "g = np.ones(len(y))  # L = y.sum(), which is always 1",
        "row": f"g = np.eye(len(y))[{up.row}]  # L = y[{up.row}] alone",
        "custom": f"g = np.array({_floats(up.g)})",
    }
    return f"""
{lines[up.kind]}
dL_dz = g @ J  # (1×n)(n×n) = (1×n)
print(dL_dz)
"""


def numpy_losses(t: Array, reduction: Reduction) -> str:
    """Both losses and their gradients."""
    ce, mse = written("CE"), written("MSE", reduction)
    return f"""
t = np.array({_floats(t)})  # target
loss_ce = {ce.code}
g_ce = {ce.g_code}
dL_dz_ce = g_ce @ J  # = (y - t) / tau

loss_mse = {mse.code}
g_mse = {mse.g_code}
dL_dz_mse = g_mse @ J

print(dL_dz_ce, dL_dz_mse, sep="\\n")
"""


def torch_softmax(z: Array, tau: float) -> str:
    """z, y and J by automatic differentiation."""
    return f"""import torch

z = torch.tensor({_floats(z)}, dtype=torch.float64, requires_grad=True)  # logits
tau = {float(tau)!r}  # temperature

y = torch.softmax(z / tau, dim=-1)
J = torch.autograd.functional.jacobian(lambda z: torch.softmax(z / tau, dim=-1), z)
row_sums = J.sum(dim=1)
column_sums = J.sum(dim=0)
"""


def torch_nudge(j: int, delta: float) -> str:
    """The nudge, in PyTorch."""
    return f"""
step = torch.zeros_like(z)
step[{j}] = {float(delta)!r}  # move logit {j + 1}
predicted = J @ step
actual = torch.softmax((z + step) / tau, dim=-1) - y
difference = actual - predicted
print(predicted, actual, sep="\\n")
"""


def torch_product(up: Upstreamed) -> str:
    """A scalar L whose gradient at y is g, and what autograd makes of it."""
    lines = {
        "CE": f"t = torch.tensor({_floats(up.t)}, dtype=torch.float64)  # target\n"
        f"L = {written('CE').torch}  # cross-entropy",
        "MSE": f"t = torch.tensor({_floats(up.t)}, dtype=torch.float64)  # target\n"
        f"L = {written('MSE', up.reduction).torch}  # squared error, {up.reduction}",
        "ones": "L = y.sum()  # always 1",
        "row": f"L = y[{up.row}]",
        "custom": f"L = (torch.tensor({_floats(up.g)}, dtype=torch.float64) * y).sum()",
    }
    return f"""
{lines[up.kind]}
g, dL_dz = torch.autograd.grad(L, [y, z])
print(dL_dz)
"""


def torch_losses(t: Array, reduction: Reduction) -> str:
    """Both losses through autograd."""
    ce, mse = written("CE"), written("MSE", reduction)
    return f"""
t = torch.tensor({_floats(t)}, dtype=torch.float64)  # target
loss_ce = {ce.torch}
g_ce, dL_dz_ce = torch.autograd.grad(loss_ce, [y, z], retain_graph=True)

loss_mse = {mse.torch}
g_mse, dL_dz_mse = torch.autograd.grad(loss_mse, [y, z])

print(dL_dz_ce, dL_dz_mse, sep="\\n")
"""


_ACTIVATION = {
    "tanh": ("np.tanh(a)", "1 - h**2", "torch.tanh(a)"),
    "ReLU": ("np.maximum(0, a)", "(h > 0) * 1.0", "torch.relu(a)"),
    "sigmoid": ("1 / (1 + np.exp(-a))", "h * (1 - h)", "torch.sigmoid(a)"),
}
_PARAMETERS = ("x", "W1", "b1", "W2", "b2", "t")


def numpy_network(
    quantities: Mapping[str, Array], activation: Activation, loss: Loss, reduction: Reduction
) -> str:
    """Forward and backward of the small network, by hand."""
    given = "\n".join(f"{name} = np.array({_literal(quantities[name])})" for name in _PARAMETERS)
    phi, derivative, _ = _ACTIVATION[activation]
    how = written(loss, reduction)
    return f"""import numpy as np

{given}

# forward
a = x @ W1 + b1
h = {phi}
z = h @ W2 + b2
y = np.exp(z - z.max())
y = y / y.sum()
loss = {how.code}

# backward: upstream × local
g = {how.g_code}  # ∂L/∂y
J = np.diag(y) - np.outer(y, y)  # ∂y/∂z
dL_dz = g @ J
dL_dW2 = np.outer(h, dL_dz)  # hᵀ ∂L/∂z
dL_db2 = dL_dz
dL_dh = dL_dz @ W2.T
dh_da = {derivative}  # φ'(a)
dL_da = dL_dh * dh_da
dL_dW1 = np.outer(x, dL_da)  # xᵀ ∂L/∂a
dL_db1 = dL_da
print(loss, dL_dW1, sep="\\n")
"""


def torch_network(
    quantities: Mapping[str, Array], activation: Activation, loss: Loss, reduction: Reduction
) -> str:
    """The same gradients by automatic differentiation."""
    given = "\n".join(
        f"{name} = torch.tensor({_literal(quantities[name])}, dtype=torch.float64"
        f"{', requires_grad=True' if name[0] in 'Wb' else ''})"
        for name in _PARAMETERS
    )
    return f"""import torch

{given}

a = x @ W1 + b1
h = {_ACTIVATION[activation][2]}
z = h @ W2 + b2
y = torch.softmax(z, dim=-1)
loss = {written(loss, reduction).torch}
g, dL_dz, dL_dW2, dL_db2, dL_dh, dL_da, dL_dW1, dL_db1 = torch.autograd.grad(
    loss, [y, z, W2, b2, h, a, W1, b1]
)
print(loss, dL_dW1, sep="\\n")
"""


def softmax(z: Array, tau: float) -> Code:
    """z, y and J."""
    return Code(numpy_softmax(z, tau), torch_softmax(z, tau))


def nudge(j: int, delta: float) -> Code:
    """What follows `softmax` for a nudge of logit j."""
    return Code(numpy_nudge(j, delta), torch_nudge(j, delta))


def product(up: Upstreamed) -> Code:
    """What follows `softmax` for g J."""
    return Code(numpy_product(up), torch_product(up))


def losses(t: Array, reduction: Reduction) -> Code:
    """What follows `softmax` for both losses."""
    return Code(numpy_losses(t, reduction), torch_losses(t, reduction))


def network(
    quantities: Mapping[str, Array], activation: Activation, loss: Loss, reduction: Reduction
) -> Code:
    """Forward and backward of the small network."""
    return Code(
        numpy_network(quantities, activation, loss, reduction),
        torch_network(quantities, activation, loss, reduction),
    )


def diagnosis(function: str, texts: Mapping[str, str], options: Mapping[str, object]) -> str:
    """The same verdict in a notebook, by a function of `core`."""
    arguments = "".join(f"    {name}={value!r},\n" for name, value in {**texts, **options}.items())
    return f"from core import {function}\n\nprint({function}(\n{arguments}))\n"
