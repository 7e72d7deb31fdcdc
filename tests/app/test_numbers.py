"""The screen is a fresh run of the file that it gives away: every dot, month and number."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page

from batiksim.calendar import month_index
from batiksim.codes import Presence, Stage, names
from batiksim.futures.settings import shown
from batiksim.kernels.sums import AGE_BANDS
from batiksim.model.batik_model import BatikModel
from batiksim.scenario import Scenario
from tools.app_watch import until

pytestmark = pytest.mark.slow

SEED = 4  # none that ships: also the baseline is computed
POLICY = {"interventions": [{"demand_promotion": {"from": "2026-03", "strength": 0.3}}]}
MONTHS = ("2026-02", "2028-07", "2035-12", "2040-12")
IN_PAGE = "async () => {{ const {{ stage, state }} = await import('/static/try.js'); return {}; }}"
# Look of a dot by what its person does; what is young or older is told by age.
LOOK = {"school": 0, "seeking": 1, "garment": 2, "other": 1, "home": 1, "owner": 5, "retired": 1}
PARTS = ("materials", "worker", "broker", "owner", "trader")
OLDER, YOUNG, LOST, NOBODY = 3, 4, 6, 7
DRAWN = """(() => {
    const { cloth } = stage;
    const shown = [...cloth.order];
    const centres = cloth.centres;
    const away = (row, { x, y, r }) => Math.hypot(cloth.goalX[row] - x, cloth.goalY[row] - y) - r;
    const nearest = (row) => {
        const all = centres.map((one) => away(row, one));
        return all.indexOf(Math.min(...all));
    };
    const looks = [...cloth.look.subarray(0, cloth.rows)];
    return { rows: cloth.rows, looks, shown, ringed: [...cloth.marked], lies: shown.map(nearest) };
})()"""


def here(page: Page, what: str) -> Any:
    return page.evaluate(IN_PAGE.format(what))


def looks(model: BatikModel) -> np.ndarray:
    """How everybody should look in the month a model is in."""
    people = model.people
    found = np.array([LOOK.get(name, OLDER) for name in names(Stage)])[people.stage]
    young = (found == OLDER) & (people.birth > model.month - 30 * 12)
    found = np.where(young, YOUNG, found)
    return np.where(people.presence == Presence.SIMULATED, found, NOBODY)


def places(model: BatikModel) -> np.ndarray:
    """Where everybody's dot should lie: with their workshop, else at home."""
    people, owners = model.people, model.owners
    found = people.place.astype(int)
    hired = (people.stage == Stage.BATIK) & (people.employer >= 0)
    found[hired] = owners.place[people.employer[hired]]
    run = np.flatnonzero((owners.open == 1) & (owners.person >= 0))
    found[owners.person[run]] = owners.place[run]
    return found


def test_the_screen_is_a_fresh_run_of_its_file(page: Page) -> None:
    page.goto(f"/try?lang=en&seed={SEED}&world=hands-short&month=2026-01&s={quote(json.dumps(POLICY))}")
    until(page, IN_PAGE.format("stage.parts.length > 1 && stage.parts.every((one) => one.complete)"), 300)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Scenario file (YAML)").click()
    scenario = Scenario.parse(saved.value.path().read_text(encoding="utf-8"))
    without = Scenario.parse("title: {en: without, id: tanpa}\nparameters: {choice.regime: hands-short}\n")
    models = [BatikModel(one, seed=SEED, scale=shown().scale) for one in (scenario, without)]
    for month in MONTHS:
        policy, baseline = (model.run(month) for model in models)
        here(page, f"(stage.pause(), stage.month = {month_index(month)})")
        assert here(page, "stage.cloth.month") == month_index(month)
        compare_dots(here(page, DRAWN), policy, baseline)
        for name in shown().indicators:
            value = here(page, f"stage.value('{name}')")
            assert value == pytest.approx(policy.value(name), rel=1e-6, nan_ok=True), (month, name)
    compare_charts(page, *models)
    compare_months(page, *models)


def compare_dots(drawn: Any, policy: BatikModel, baseline: BatikModel) -> None:
    """Every dot looks as its person lives, marks who took another path, and lies where they are."""
    expected = looks(policy)
    assert drawn["rows"] == expected.size
    common = min(expected.size, policy.people.n, baseline.people.n, len(drawn["looks"]))
    works, worked = (model.people.stage[:common] == Stage.BATIK for model in (policy, baseline))
    works = works & (policy.people.presence[:common] == Presence.SIMULATED)
    worked = worked & (baseline.people.presence[:common] == Presence.SIMULATED)
    lost = np.flatnonzero(worked & ~works)
    found = np.array(drawn["looks"])
    told = found == LOST
    # Who is lost is shown as lost; everybody else as they are.
    assert set(np.flatnonzero(told)) <= set(lost)
    assert np.array_equal(found[~told], expected[~told])
    assert set(drawn["ringed"]) <= set(np.flatnonzero(works & ~worked))
    if policy.month >= month_index("2028-01"):
        assert told.any() and drawn["ringed"]
    assert sorted(drawn["shown"]) == np.flatnonzero(found != NOBODY).tolist()
    assert drawn["lies"] == places(policy)[drawn["shown"]].tolist()


def compare_charts(page: Page, policy: BatikModel, baseline: BatikModel) -> None:
    """The tables of all charts, in the last month, when they show everything."""
    shown_here, without = (monthly(model) for model in (policy, baseline))
    years = shown_here.index.str[:4]
    decembers = shown_here.index.str.endswith("-12")
    workers = pd.DataFrame({"policy": shown_here["batik.workers"], "without": without["batik.workers"]})
    same(table(page, "workforce"), workers[decembers])
    own = (workers["policy"] - workers["without"])[decembers & (years >= "2026")]
    same([row[:2] for row in table(page, "difference")], own.to_frame())
    means = pd.DataFrame(
        {
            "pay": shown_here["pay.batik_median"].groupby(years).mean(),
            # Without the policy it is another number only from the policy's first year on.
            "without": without["pay.batik_median"].where(years >= "2026").groupby(years).mean(),
            "umk": shown_here["pay.umk"].groupby(years).mean(),
        }
    )
    same(table(page, "pay"), means)
    shares = pd.DataFrame(
        {name: [last[f"chain.share_{part}"].iloc[-12:].mean() * 1e5 for part in PARTS] for name, last in
         (("policy", shown_here), ("without", without))}
    )  # fmt: skip
    same(table(page, "price"), shares.round(), slack=1)
    people = policy.people
    works = (people.presence == Presence.SIMULATED) & (people.stage == Stage.BATIK)
    bands = np.minimum(((policy.month + 1 - people.birth) // 12 - 15) // 5, len(AGE_BANDS) - 1)
    ages = [
        [np.sum(works & (bands == band) & (people.sex == sex)) for sex in (0, 1)]
        for band in range(len(AGE_BANDS))
    ]
    same(table(page, "ages"), pd.DataFrame(ages) / shown().scale)


def table(page: Page, chart: str) -> list[list[Any]]:
    """The table of a chart: a name and numbers in each row."""
    rows: list[list[Any]] = here(page, f"stage.charts['{chart}'].table().rows")
    return rows


def monthly(model: BatikModel) -> pd.DataFrame:
    """Indicators of all places together by month."""
    found = model.results()
    return found[found["place"] == "all"].set_index("month")


def same(rows: list[list[Any]], fresh: pd.DataFrame, slack: float = 0) -> None:
    assert len(rows) == len(fresh)
    found = np.array([[float("nan") if one is None else one for one in row[1:]] for row in rows], float)
    assert np.allclose(found, fresh.to_numpy(float), rtol=1e-6, atol=slack, equal_nan=True)


def compare_months(page: Page, policy: BatikModel, baseline: BatikModel) -> None:
    """The numbers that can be saved are those of every month and indicator."""
    with page.expect_download() as saved:
        page.get_by_role("button", name="Numbers (CSV)").click()
    rows = list(csv.DictReader(io.StringIO(saved.value.path().read_text(encoding="utf-8-sig"))))
    assert len(rows) == shown().until + 1
    for model, prefix in ((policy, ""), (baseline, "baseline ")):
        fresh_run = monthly(model)
        for name in shown().indicators:
            said = np.array([float(row[prefix + name] or "nan") for row in rows])
            fresh = fresh_run[name].reindex([row["month"] for row in rows]).to_numpy(float)
            assert np.allclose(said, fresh, rtol=1e-6, equal_nan=True), prefix + name
