"""What moves an answer: known functions, through the same path as the model's."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from batiksim.errors import UsageError
from batiksim.studies.sampling.designs import points_of
from batiksim.studies.sensitivity.emulator import fit
from batiksim.studies.sensitivity.methods import elementary_effects, sobol_indices

Floats = NDArray[np.float64]


def ishigami(u: Floats) -> Floats:
    x = np.pi * (2.0 * u - 1.0)
    return np.asarray(np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


WEIGHTS = np.array([0.0, 1.0, 4.5, 9.0])


def sobol_g(u: Floats) -> Floats:
    return np.asarray(((np.abs(4.0 * u - 2.0) + WEIGHTS) / (1.0 + WEIGHTS)).prod(axis=1))


def test_ishigami() -> None:
    points = points_of("sobol", 192, 3)
    emulator = fit(points, ishigami(points))
    assert emulator.kind == "gp" and emulator.score > 0.75
    found = sobol_indices(emulator, 3)
    # Ishigami & Homma (1990), a = 7, b = 0.1.
    assert found.first == pytest.approx([0.3139, 0.4424, 0.0], abs=0.03)
    assert found.total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.03)


def test_sobol_g() -> None:
    points = points_of("sobol", 256, 4)
    emulator = fit(points, sobol_g(points))
    assert emulator.score > 0.85
    found = sobol_indices(emulator, 4)
    own = 1.0 / (3.0 * (1.0 + WEIGHTS) ** 2)
    whole = np.prod(1.0 + own) - 1.0
    total = own * np.prod(1.0 + own) / (1.0 + own) / whole
    assert found.first == pytest.approx(own / whole, abs=0.08)
    assert found.total == pytest.approx(total, abs=0.08)


def few_of_many(draws: int, parameters: int, noise: float) -> tuple[Floats, Floats]:
    """A quadratic in three of many parameters, of which two act together, and noise."""
    points = points_of("lhs", draws, parameters)
    z = 2.0 * points - 1.0
    means = 4.0 * z[:, 0] + 3.0 * z[:, 1] ** 2 + 2.0 * z[:, 2] + 3.0 * z[:, 0] * z[:, 2]
    return points, means + noise * np.random.default_rng(5).standard_normal(draws)


def test_the_lasso_finds_few_among_more_parameters_than_sets() -> None:
    points, means = few_of_many(100, 120, 0.5)
    emulator = fit(points, means, "lasso")
    assert {0, 2} <= set(emulator.active) and len(emulator.active) <= 6
    assert emulator.score > 0.6
    found = sobol_indices(emulator, 120)
    assert np.argmax(found.total) == 0 and found.change[0] == pytest.approx(7.2, abs=1.0)


def test_a_quadratic_is_found_exactly() -> None:
    points, means = few_of_many(80, 4, 0.0)
    emulator = fit(points, means, "lasso")
    assert set(emulator.active) == {0, 1, 2} and emulator.score == pytest.approx(1.0)
    found = sobol_indices(emulator, 4)
    parts = np.array([16.0 / 3.0, 9.0 * 4.0 / 45.0, 4.0 / 3.0, 0.0])
    whole = parts.sum() + 9.0 / 9.0
    assert found.first == pytest.approx(parts / whole, abs=0.02)
    assert found.total == pytest.approx((parts + np.array([1.0, 0.0, 1.0, 0.0])) / whole, abs=0.02)


@pytest.mark.parametrize("kind", ["lasso", "gp"])
def test_noise_alone_foretells_nothing(kind: str) -> None:
    points = points_of("lhs", 60, 40)
    means = np.random.default_rng(3).standard_normal(60)
    assert fit(points, means, kind).score < 0.15


@pytest.mark.parametrize(
    ("means", "kind", "message"),
    [(np.zeros(19), "best", "19"), (np.ones(40), "best", "same"), (np.arange(40.0), "tree", "lasso")],
)
def test_what_cannot_be_emulated_is_told(means: Floats, kind: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        fit(points_of("lhs", means.size, 3), means, kind)


def test_elementary_effects_of_a_sum_are_its_weights() -> None:
    points = points_of("morris", 30, 4)
    weights = np.array([3.0, -2.0, 0.0, 0.5])
    means = points @ weights
    found = elementary_effects(points, means, 0.0)
    assert found.trajectories == 6 and found.mean == pytest.approx(weights)
    assert found.size == pytest.approx(np.abs(weights)) and found.spread == pytest.approx(0.0, abs=1e-9)
    torn = means.copy()
    torn[7] = np.nan  # a set of the second trajectory has failed
    assert elementary_effects(points, torn, 1.0).trajectories == 5
    together = elementary_effects(points, points[:, 0] * points[:, 1], 0.0)
    assert together.spread[0] > 0.05 and together.spread[2] == 0.0
