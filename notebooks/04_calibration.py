# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # What the facts can tell
#
# *Ringkasan.* Kalibrasi mencari nilai asumsi yang cocok dengan fakta. Buku catatan ini mengerjakannya
# dengan tangan: satu fakta dan satu parameter, lalu beberapa parameter, lalu data palsu yang menunjukkan
# apa yang *dapat* dan *tidak dapat* ditemukan oleh bukti; pemanasan ABC pada kasus normal yang jawabannya
# diketahui; terakhir kalibrasi kecil dengan `calibrate` dan cara membaca tabelnya. Semua angka adalah angka
# *dalam model*.
#
# **The question.** "Your model has more than a hundred numbers that nobody has measured. You say that they
# *fit the facts*. How can a few dozen facts fix so many numbers?" They cannot. This lecture is about what
# they can do.
#
# There are two ways to go wrong. One is to turn the knobs until every fact is met and to call the result
# *the* calibrated model: others would have met them too. The other is to say that nothing is known. In
# between lies a set of parameter values that the facts do not rule out, and the honest answer is computed
# under all of them.

# %%
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.stats import qmc

import batiksim as bs
from batiksim.present import calibration as words
from batiksim.present.palette import INDIGO, LEAF, PALE, SAGE, SOGA
from batiksim.runs.engine import Means
from batiksim.studies.calibration import carry_out, of_facts
from batiksim.studies.calibration.evidence import evidence_of
from batiksim.studies.calibration.process import Asked
from batiksim.studies.validation.facts import facts_by_name

SCALE = 0.05  # of the people are simulated
ALONE = 24  # sets that differ in one parameter
SETS = 80  # sets that differ in three
LUCKY = 8  # runs of one set
CUT = 3.0


def quiet(axes, title, unit):
    """A frame that leaves the room to the lines."""
    axes.set_title(title, loc="left", fontsize=10, fontweight="bold")
    axes.set_ylabel(unit)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.25)


fact = facts_by_name()["unemployment_city_2015"]
print(f"The fact: {fact.indicator} in {fact.place}, {fact.month}: {fact.value:.1%}.")
print(f"Counted by a survey; its band, two standard errors: {fact.low:.1%} to {fact.high:.1%}.")

# %% [markdown]
# ## 1. One fact, one parameter, by hand
#
# Which parameter could unemployment tell about? For example `other.offer`: the chance that somebody who
# looks for work is offered work outside batik and factories in a month. Nobody has measured it. Its
# **prior** is a range held possible.

# %%
PLAYED = ["other.offer", "other.loss_older", "skill.forgetting"]
priors = bs.priors().set_index("name").loc[PLAYED]
priors[["low", "high", "default", "unit", "label"]]


# %%
def reading(values, seed):
    """What the fact would be in the model, with some parameters set."""
    where = {"at": fact.month, "place": fact.place}
    return bs.evaluate(values, indicators=[fact.indicator], seed=seed, scale=SCALE, **where)[fact.indicator]


low, high = priors.loc["other.offer", ["low", "high"]]
offers = np.linspace(low, high, ALONE)
readings = np.array([reading({"other.offer": float(x)}, seed=100 + k) for k, x in enumerate(offers)])

# %% [markdown]
# Each point below is a run with its own luck. Which of them does the fact rule out? That depends on how
# wrong each side may be, and there are three reasons to be wrong:
#
# * **observation**: the survey asked some hundreds of people. Its standard error is a quarter of the band.
# * **luck**: the same set gives other readings with other seeds. We run one set a few times and look.
# * **discrepancy**: the model is no region. Even with the best numbers it leaves things out, and so misses
#   by something. How much is a judgement; it is written down with its reason, for each fact.
#
# **Implausibility** is the distance in units of all three together:
#
# $$I = \frac{|z - f(x)|}{\sqrt{\text{observation}^2 + \text{luck}^2 + \text{discrepancy}^2}}$$
#
# A set with $I > 3$ is ruled out: by Pukelsheim's rule, nineteen in twenty of *any* distribution with one
# peak lie within three standard deviations. A set with a small $I$ is *not* confirmed. It is not ruled out
# yet.

# %%
evidence = evidence_of([fact])
luck = np.std([reading({}, seed) for seed in range(1, LUCKY + 1)], ddof=1)
errors = {"observation": fact.error, "luck": luck, "discrepancy": evidence.discrepancy[0]}
spread = np.sqrt(sum(error**2 for error in errors.values()))
implausible = np.abs(fact.value - readings) / spread
assert np.allclose(implausible, evidence.implausibility(readings[:, None], luck**2)[:, 0])
for name, error in {**errors, "together": spread}.items():
    print(f"{name:12} {100 * error:5.2f} percentage points")
inside = implausible < CUT
print(f"Of {ALONE} sets {inside.sum()} are not ruled out, {inside.mean():.0%} of the prior.")

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6))
left.axhspan(fact.value - CUT * spread, fact.value + CUT * spread, color=SAGE, alpha=0.3, linewidth=0)
left.axhline(fact.value, color=INDIGO)
left.plot(offers[~inside], readings[~inside], "o", color=PALE, markersize=4, label="ruled out")
left.plot(offers[inside], readings[inside], "o", color=SOGA, markersize=5, label="not ruled out")
left.set_xlabel("other.offer")
left.legend(frameon=False)
quiet(left, "Unemployment in the city: fact (line) and sets", "share")
right.plot(offers, implausible, "o", color=SOGA, markersize=4)
right.axhline(CUT, color=INDIGO)
right.set_ylim(bottom=0)
right.set_xlabel("other.offer")
quiet(right, "Implausibility of each set", "I")
figure.tight_layout()

# %% [markdown]
# So one fact cuts a piece off one prior. (`calibrate` does the same with an emulator first, whose own error
# is a fourth term under the root: it rules out without runs what cannot meet a fact.)
#
# ## 2. One fact, three parameters
#
# But the other numbers are not known either. Move three at once: the chance of an offer; how often work
# outside batik ends for older people, who then look for other work; and how fast skill is lost, which should
# have nothing to do with it.

# %%
cube = qmc.LatinHypercube(len(PLAYED), rng=5).random(SETS)
values = priors["low"].to_numpy() + cube * (priors["high"] - priors["low"]).to_numpy()
told = np.array(
    [reading(dict(zip(PLAYED, row.tolist(), strict=True)), seed=500 + k) for k, row in enumerate(values)]
)
worst = np.abs(fact.value - told) / spread
inside = worst < CUT

# Where the fact would be met to the digit, on average over the third: a plane through the logarithms.
terms = np.column_stack([np.ones(SETS), np.log(values)])
fitted = np.linalg.lstsq(terms, np.log(told), rcond=None)[0]

figure, panels = plt.subplots(1, 2, figsize=(10, 3.8))
for axes, other, third in zip(panels, (1, 2), (2, 1), strict=True):
    axes.plot(values[~inside, 0], values[~inside, other], "x", color=PALE, markersize=5)
    dots = axes.scatter(
        values[inside, 0], values[inside, other], c=worst[inside], cmap="YlOrBr_r", vmin=0, vmax=CUT, s=30
    )
    up = np.linspace(values[:, other].min(), values[:, other].max(), 30)
    rest = fitted[0] + fitted[1 + other] * np.log(up) + fitted[1 + third] * np.log(values[:, third]).mean()
    met = np.exp((np.log(fact.value) - rest) / fitted[1])
    axes.plot(met, up, color=INDIGO)
    axes.set_xlim(values[:, 0].min() - 0.02, values[:, 0].max() + 0.02)
    axes.set_xlabel(PLAYED[0])
    quiet(axes, f"{PLAYED[0]} and {PLAYED[other]}", PLAYED[other])
figure.tight_layout()
figure.colorbar(dots, ax=panels, label="I")
print(f"{inside.sum()} of {SETS} sets are not ruled out.")
pd.DataFrame(
    {
        "prior": [f"{row.low:.3g} to {row.high:.3g}" for row in priors.itertuples()],
        "not ruled out": [
            f"{v[inside].min():.3g} to {v[inside].max():.3g}" if inside.any() else "-" for v in values.T
        ],
    },
    index=PLAYED,
)

# %% [markdown]
# Crosses are ruled out; of the others the dark ones are nearest to the fact. On the blue line it is met to
# the digit. Left the line leans: where more jobs end, more offers are needed for the same unemployment. The
# fact tells of a *combination*, and each of the two alone stays less known than in section 1. Right it
# stands upright: whatever the third is, the fact has no opinion.
#
# A table of ranges, one parameter at a time, hides the lean; a set that is kept as a whole does not. That is
# why `batiksim compare` runs policies under *sets*, and why no mean of the parameters is offered.
#
# ## 3. Warm-up: approximate Bayesian computation where the answer is known
#
# Not ruled out is yes or no. Bayes says more: how probable. With a simulator one cannot write down the
# probability of the data, but one can simulate: *draw from the prior, simulate, keep what comes close to
# the data*. Here on a case whose answer is known in closed form: a normal mean with a normal prior.

# %%
rng = np.random.default_rng(11)
prior_mean, prior_sd, error_sd, n = 0.0, 2.0, 1.0, 5
data = rng.normal(1.5, error_sd, n).mean()  # what was seen

exact_var = 1 / (1 / prior_sd**2 + n / error_sd**2)
exact_mean = exact_var * (prior_mean / prior_sd**2 + n * data / error_sd**2)

theta = rng.normal(prior_mean, prior_sd, 200_000)  # draw
simulated = rng.normal(theta, error_sd / np.sqrt(n))  # simulate
near = {width: theta[np.abs(simulated - data) < width] for width in (3.0, 1.0, 0.3, 0.01)}  # keep

rows = [("exact", np.nan, exact_mean, np.sqrt(exact_var))]
rows += [(f"closer than {width:g}", kept.size, kept.mean(), kept.std()) for width, kept in near.items()]
pd.DataFrame(rows, columns=["", "kept", "mean", "sd"]).set_index("").round(3)

# %%
figure, axes = plt.subplots(figsize=(7, 3.2))
grid = np.linspace(-4, 5, 300)
for width, colour in ((3.0, PALE), (1.0, SAGE), (0.3, SOGA)):
    axes.hist(
        near[width], bins=80, range=(-4, 5), density=True, histtype="step", color=colour, linewidth=1.5,
        label=f"closer than {width:g}",
    )  # fmt: skip
exact = np.exp(-((grid - exact_mean) ** 2) / (2 * exact_var)) / np.sqrt(2 * np.pi * exact_var)
axes.plot(grid, exact, color=INDIGO, label="exact")
axes.legend(frameon=False)
quiet(axes, "What is kept comes closer to the exact answer the nearer it must be", "density")
figure.tight_layout()

# %% [markdown]
# Too generous, and what is kept is little more than the prior; too strict, and hardly anything is kept.
# With a model that takes a second a run one cannot be strict. The way out: do not ask for equality, but
# *weigh* each simulation by how probable the data are if they are its result with an error (Wilkinson
# 2013). Where errors are normal that is exact, and a known answer again shows it:

# %%
weights = np.exp(-((theta - data) ** 2) / (2 * error_sd**2 / n))  # the model's mean is theta itself
mean = np.average(theta, weights=weights)
print(f"weighed: mean {mean:.3f}, sd {np.sqrt(np.average((theta - mean) ** 2, weights=weights)):.3f}")
print(f"exact:   mean {exact_mean:.3f}, sd {np.sqrt(exact_var):.3f}")
effective = weights.sum() ** 2 / (weights**2).sum()
print(f"{theta.size:,} draws are worth {effective:,.0f}: the effective sample size.")

# %% [markdown]
# ## 4. Fake data: what can the evidence find?
#
# Before one looks at what the facts say, one should ask what they *could* say. Take one of the sets and
# pretend that it is the truth. Its reading, with an error added, plays the fact. Now estimate the
# parameters from it with all the other sets, as above, and look whether the known values come back. If they
# do not come back from fake data, where the model is true by construction, they do not come back from real
# data either.


# %%
def estimated(truth):
    """Posterior means of the parameters where the reading of one set plays the fact."""
    others = np.arange(SETS) != truth
    played = told[truth] + np.random.default_rng(truth).normal(0, np.hypot(fact.error, errors["discrepancy"]))
    weights = np.exp(-0.5 * ((told[others] - played) / spread) ** 2)
    return np.average(values[others], weights=weights + 1e-12, axis=0)


found = np.array([estimated(k) for k in range(SETS)])
figure, panels = plt.subplots(1, 3, figsize=(10, 3.4))
for axes, name, true, guess in zip(panels, PLAYED, values.T, found.T, strict=True):
    axes.plot(true, guess, "o", color=SOGA, markersize=3)
    ends = priors.loc[name, ["low", "high"]].astype(float)
    axes.plot(ends, ends, color=PALE, linewidth=0.8)
    axes.set_xlabel("true value")
    correlation = np.corrcoef(true, guess)[0, 1]
    quiet(axes, f"{name}: {correlation:+.2f}", "estimate")
figure.tight_layout()

# %% [markdown]
# The number is the correlation of estimate and truth. On the grey line everything would be found. A flat
# cloud says: whatever the truth, the estimate is the middle of the prior. That is no error of the method,
# it is the honest answer, and a program that printed a narrow range there would be lying.
#
# ## 5. A small calibration with `calibrate`
#
# The command does all this for every fact and every parameter at once:
#
# ```
# batiksim calibrate --out plausible                # 300 sets, 3 waves, 20 fakes: hours
# batiksim compare baseline training --sample plausible/sample.parquet
# ```
#
# It runs *waves*: sets spread over all priors; emulators of each fact, which rule out what cannot meet it;
# new sets where room is left; and so on. Which sets are kept is decided by their own runs alone. For this
# page we ask for a few early facts and a sample of the region smaller than these facts should be read at
# (that is what `replace` undoes). It is a toy: the tables look like those of a real calibration, and the
# numbers are not to be used.

# %%
FACTS = ["pay_2011", "recruiting_2012", "age_hand_large", "age_hand_small", "tenure_hand_large"]
DRAWS, WAVES, FAKES, KEEP = 100, 2, 30, 12
TOY = 0.02

toy = evidence_of([facts_by_name()[name] for name in FACTS])
toy = replace(toy, facts=tuple(replace(one, least_scale=TOY) for one in toy.facts))
asked = Asked(
    draws=DRAWS, waves=WAVES, fake=FAKES, keep=KEEP, worlds=0, seeds=1, scale=TOY, cut=CUT, evidence=toy,
    checks=(), world_scale=TOY / 2,
)  # fmt: skip
calibration = carry_out(of_facts(asked), None, Means(jobs=1))
print("\n\n".join(words.paragraphs(calibration)))

# %% [markdown]
# Read the first paragraph first: fake data bound all the rest. `found` counts parameters that came back
# from fake data, and says how many would be called so by chance alone, because among 148 correlations some
# are always large.

# %%
table = calibration.tables["parameters"].sort_values("fake_correlation", ascending=False)
ratios = ["plausible_ratio", "posterior_ratio"]
table[["parameter", "fake_correlation", "found", *ratios]].head(8).round(2).set_index("parameter")

# %%
figure, axes = plt.subplots(figsize=(7, 3.4))
ordered = np.sort(table["fake_correlation"].to_numpy())[::-1]
some = table["found"].to_numpy()[np.argsort(-table["fake_correlation"].to_numpy(), kind="stable")]
at = np.arange(ordered.size)
axes.bar(at[~some], ordered[~some], color=SAGE, width=1.0, label="not found")
axes.bar(at[some], ordered[some], color=SOGA, width=1.0, label="found")
axes.axhline(0, color=PALE, linewidth=0.8)
axes.legend(frameon=False)
axes.set_xlabel("parameters, in order")
quiet(axes, "How well each parameter comes back from fake data", "correlation")
figure.tight_layout()

# %% [markdown]
# This picture is the answer to the question at the beginning. The long tail around nothing is *not found*:
# of these numbers the facts say nothing, and in every answer they vary over their whole prior.
#
# Then the facts themselves, before and after. A fact that all sets of the prior meet has taught nothing,
# however well it is met; one that the kept sets miss would be a reason to doubt the model.

# %%
facts = calibration.tables["facts"]
figure, panels = plt.subplots(1, len(facts), figsize=(10, 2.8))
for axes, row in zip(panels, facts.itertuples(), strict=True):
    axes.axhspan(row.low, row.high, color=SAGE, alpha=0.35, linewidth=0)
    if row.value == row.value:
        axes.axhline(row.value, color=LEAF)
    for place, (name, colour) in enumerate((("prior", PALE), ("plausible", SOGA), ("posterior", INDIGO))):
        ends = [getattr(row, f"{name}_low"), getattr(row, f"{name}_high")]
        axes.plot([place, place], ends, color=colour, linewidth=3)
        axes.plot(place, getattr(row, f"{name}_median"), "o", color=colour)
    axes.set_xticks(range(3), ["prior", "pass", "kept"], fontsize=7)
    axes.set_xlim(-0.5, 2.5)
    axes.tick_params(labelsize=7)
    quiet(axes, row.target, "")
    axes.title.set_fontsize(8)
figure.tight_layout()

# %%
waves = calibration.tables["waves"]
waves[["wave", "sets", "points", "left", "pass_all"]].round(3)

# %% [markdown]
# `left` is the share of the prior cube that the emulators of the waves before do not rule out. Where it
# hardly falls, so few facts, read in so small a sample of the region, rule out hardly anything: that is a
# result, too. Last, the world of each kept set: what would help more, orders or willing hands, measured by
# experiment and not taken from a parameter. None of these facts says which.

# %%
worlds = pd.DataFrame(calibration.worlds, index=["sets", "weight"]).T
print(f"Kept {len(calibration.sample.draws)} sets, worth {calibration.effective:.1f} equal ones.")
worlds.round(2)

# %% [markdown]
# ## 6. What cannot be concluded
#
# * **Not that a kept set is true.** It is one of those that some facts do not rule out.
# * **Nothing beyond the facts.** All of these are of 2011 and 2012 here. Sets that agree about 2012 can
#   part by 2040.
# * **The discrepancy is a judgement.** Make it twice as large and more sets pass; forget it and the model
#   seems to know things that it cannot know.
# * **A narrow posterior may come from few sets.** Look at the effective sample size before a range.
# * **Facts that were fitted are no test.** Those of the role *check* are kept out, and
#   [validation](../docs/validation.md) holds the sample against them, and against simpler rules.
#
# ## Exercises
#
# 1. Leave the discrepancy out in section 1. How many sets are not ruled out now? Would you bet on it?
# 2. Add a second fact, `unemployment_city_2018`. Does its line in section 2 cross the first one?
#    *Hint:* read both in one run with `at=[...]`, and take the larger implausibility of the two.
# 3. Which fact would tell offers from jobs that end? Think of something that a survey could ask, then test it
#    with fake data. *Hint:* unemployment is how many *are* without work; what if one asked for how long?
# 4. In section 3 take a prior that excludes the truth (mean 8, sd 1). What do "closer than 0.3" and the
#    weights say now? How would you notice?
# 5. Repeat section 4 with twice the luck (half of `SCALE`). Which correlations fall? What is the cheapest
#    way to learn more: more people in the run, more sets, or a larger survey?
# 6. Run `batiksim calibrate --draws 60 --waves 2 --out mine` overnight. Read the first paragraph of what it
#    prints to a colleague. Can you say in one sentence which parameters the known facts can find?
