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
# # What does the answer hang on?
#
# *Ringkasan.* Setiap angka model bersandar pada asumsi. Buku catatan ini menanyakan asumsi mana yang
# menggerakkan jawaban: satu per satu, dengan langkah Morris, dan dengan indeks Sobol melalui emulator
# beserta nilainya pada set yang disisihkan. Tingkat (*level*) dan dampak kebijakan ditanyakan terpisah, dan
# ada saatnya kita harus menahan diri. Semua angka adalah angka *dalam model*.
#
# **The question.** "You say that so many young people will be in batik. On which of your assumptions does
# that hang? And does what your *policy* brings hang on the same ones?" Whoever cannot answer has a number
# and no knowledge.
#
# The words first. An **assumption** here is a parameter with a *prior*: a range within which any value is
# held possible. A **set** is one value for each. The **answer** is the number of batik workers under 30, or
# how many more there are with a policy. **Luck** is what differs between two runs of the same set.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import batiksim as bs
from batiksim.present import sensitivity as words
from batiksim.present.palette import INDIGO, LEAF, PALE, SAGE, SOGA
from batiksim.report import sensitivity_picture
from batiksim.runs.folder import read_sample
from batiksim.studies.sensitivity import means_of, places
from batiksim.studies.sensitivity.emulator import fit, predictor
from batiksim.studies.sensitivity.methods import sobol_indices

SCALE = 0.02  # 2 % of the people are simulated
SINCE = "2014-01"  # we pretend that the policies began then, so that nothing is said of the future
UNTIL = "2018-12"
SETS = 64
SEEDS = 2
WALKS, LEVELS = 6, 5
YOUNG = "batik.workers_under_30"
PARAMETERS = [
    "choice.batik",
    "choice.pay",
    "demand.trend",
    "demand.imitation",
    "other.offer",
    "start.regency_workers",
    "skill.forgetting",
]


def quiet(axes, title, unit):
    """A frame that leaves the room to the lines."""
    axes.set_title(title, loc="left", fontsize=10, fontweight="bold")
    axes.set_ylabel(unit)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.25)


priors = bs.priors().set_index("name")
print(f"{len(priors)} parameters of batiksim have a prior. Here we look at {len(PARAMETERS)} of them.")
priors.loc[PARAMETERS, ["low", "high", "default", "unit", "label"]]

# %%
rows = priors.loc[PARAMETERS[::-1]]
stands = (rows["default"].astype(float) - rows["low"]) / (rows["high"] - rows["low"])
figure, axes = plt.subplots(figsize=(7, 2.6))
axes.hlines(range(len(rows)), 0, 1, color=SAGE, linewidth=6)
axes.plot(stands, range(len(rows)), "o", color=SOGA)
axes.set_yticks(range(len(rows)), rows.index, fontsize=8)
quiet(axes, "Where the shipped value stands in its prior, from the lowest to the highest", "")
figure.tight_layout()

# %% [markdown]
# A real study takes all of them (`parameters="all"`, the default of `batiksim sweep`). Seven are enough to
# learn the tools, and they make the tools look better than they are: see the last section.
#
# ## 1. One at a time
#
# The simplest thing: leave all as it is, move one, look. The design `one-factor` does that, with the same
# seeds for all, so that the curve is not made of luck.


# %%
def policy(name, line):
    """A scenario that adds one intervention to the baseline."""
    return bs.Scenario.parse(f"title: {name}\nextends: baseline\ninterventions:\n  - {line}\n", stem=name)


def picture(found):
    """The picture of the project for a sensitivity."""
    return sensitivity_picture.picture(found).figure


base = bs.Scenario.load("baseline")
campaign = policy("campaign", f"information: {{from: {SINCE}, who: [youth], strength: 1}}")
fairs = policy("fairs", f"demand_promotion: {{from: {SINCE}, strength: 0.1}}")
about = {"parameters": PARAMETERS, "scale": SCALE, "until": UNTIL, "jobs": 1}

curves = bs.sweep(base, design="one-factor", draws=1 + LEVELS * len(PARAMETERS), seeds=SEEDS, **about)
alone = bs.sensitivity(curves)
print(words.paragraph(alone))

# %%
picture(alone)

# %% [markdown]
# Across: the place in the prior, from its lowest value to its highest. Up: the change against the scenario
# as it is, with standard errors. At most four curves are drawn, the widest; the table has all.

# %%
swing = alone.table.groupby("parameter", sort=False)["swing"].first()
swing.round(0).to_frame("largest less smallest, people")

# %% [markdown]
# ## 2. What one at a time cannot see
#
# Take a toy with two inputs between 0 and 1 whose answer is $(x_1 - \frac12)(x_2 - \frac12)$. Stand in the
# middle and move one: nothing happens, whichever you take. Yet the answer is made of nothing but these two.


# %%
def toy(x):
    """An answer that is all interaction."""
    return (x[:, 0] - 0.5) * (x[:, 1] - 0.5)


line = np.linspace(0, 1, 5)
middle = np.full(5, 0.5)
print("move the first alone :", toy(np.column_stack([line, middle])))
print("move the second alone:", toy(np.column_stack([middle, line])))
some = np.random.default_rng(1).random((4096, 2))
print(f"move both            : from {toy(some).min():+.2f} to {toy(some).max():+.2f}")

# %% [markdown]
# So one must move several at once. There are two ways: cheaply, to find out what does *nothing* (Morris),
# and thoroughly, to share the variance out (Sobol).
#
# ## 3. Morris: walks
#
# A walk begins anywhere in the cube and moves one parameter a step, each once. Each step is an *elementary
# effect*: the change of the answer over the whole range. Every walk starts elsewhere, so the same parameter
# is tried beside different values of the others. The mean *size* says how much it moves the answer, the
# *spread* how much that depends on the others.

# %%
walks = bs.sweep(base, design="morris", draws=WALKS * (len(PARAMETERS) + 1), seeds=SEEDS, **about)
walked = bs.sensitivity(walks)
walked.table[["parameter", "mean", "size", "size_error", "spread", "luck"]].round(0)

# %%
picture(walked)

# %% [markdown]
# Across: the size; up: the spread. The column `luck`, and the dashed line, say what size luck alone could
# give (at most). Whatever lies left of it may do nothing at all. This is what Morris is for: to throw out,
# with few runs, what needs no further thought.
#
# ## 4. Sobol, through an emulator
#
# Now the thorough way. How much of the variance between sets is due to each assumption? `first` is its share
# alone, `total` with all that it does together with others. To compute these one would need some ten thousand
# sets. We have a few dozen. So an *emulator* is fitted to them, a cheap function that says what the model
# would say, and it is asked ten thousand times.
#
# That is a leap, and it must be checked: **how well does the emulator foretell sets that it has not seen?**
# First, on a function whose indices are known. With $y = 4x_1 + 2x_2 + x_3$ the variances are as 16 to 4 to
# 1.

# %%
x = np.random.default_rng(2).random((64, 3))
fitted = fit(x, x @ [4.0, 2.0, 1.0])
known = np.array([16.0, 4.0, 1.0]) / 21
pd.DataFrame({"known": known, "found": sobol_indices(fitted, 3).first}, index=["x1", "x2", "x3"]).round(3)

# %% [markdown]
# And the toy of section 2, which fooled one at a time? There the shares *alone* are 0, and together 1.

# %%
x = np.random.default_rng(3).random((64, 2))
found = sobol_indices(fit(x, toy(x)), 2)
pd.DataFrame({"alone": found.first, "in all": found.total}, index=["x1", "x2"]).round(2)

# %% [markdown]
# Now the model: many sets, evenly spread over all ranges (a Sobol sequence), the baseline and two policies,
# each pair with the same seed.

# %%
study = bs.sweep([base, campaign, fairs], design="sobol", draws=SETS, seeds=SEEDS, **about)
level = bs.sensitivity(study, YOUNG)
print(words.paragraph(level))

# %%
picture(level)

# %% [markdown]
# Dark: alone; light: with what it does together with others. The *score* in the paragraph is R² on sets
# held out: the emulator was fitted five times anew, each time without a fifth of the sets, and asked about
# those. Do the same by hand, to see what the number means.

# %%


def held_out(found):
    """What sets are, and what an emulator fitted without them says."""
    means = means_of(found.asked)
    points = places(read_sample(study.folder, study.about), means.numbers)
    told = np.empty(means.means.size)
    order = np.random.default_rng(0).permutation(told.size)
    for fold in range(5):
        out = order[fold::5]
        rest = np.setdiff1d(order, out)
        told[out] = predictor(points[rest], means.means[rest], found.emulator)(points[out])
    return means.means, told


effects = {name: bs.sensitivity(study, YOUNG, of="effect", scenario=name) for name in ("campaign", "fairs")}
figure, panels = plt.subplots(1, 3, figsize=(10, 3.5))
for axes, (name, one) in zip(panels, {"level": level, **effects}.items(), strict=True):
    true, told = held_out(one)
    score = 1 - ((true - told) ** 2).sum() / ((true - true.mean()) ** 2).sum()
    ends = [true.min(), true.max()]
    axes.plot(ends, ends, color=PALE, linewidth=0.8)
    axes.plot(true, told, "o", color=SOGA, markersize=3)
    axes.set_xlabel("the set, by its runs")
    quiet(axes, f"{name}: R² {score:.2f}", "what the emulator foretold")
figure.tight_layout()

# %% [markdown]
# ## 5. A level is not an effect
#
# The three panels ask about the same runs. Left, the number of young workers: it differs a lot between
# sets, and the emulator knows why. Middle and right, what a policy adds. That is a *difference* of two
# runs: most of what moves the level moves both and cancels. What is left hangs on other things, and more of
# it is luck.

# %%
for name, one in effects.items():
    print(f"--- {name}")
    print(words.paragraph(one))

# %%
rows = {"level": level, **effects}
shares = pd.DataFrame({name: one.table.set_index("parameter")["total"] for name, one in rows.items()})
shares = shares.loc[shares["level"].sort_values().index]
figure, axes = plt.subplots(figsize=(8, 3.6))
for place, (name, colour) in enumerate(zip(rows, (INDIGO, SOGA, LEAF), strict=True)):
    trusted = rows[name].trusted
    axes.barh(
        np.arange(len(shares)) + 0.27 * (1 - place),
        shares[name].clip(0, 1),
        height=0.25,
        color=colour if trusted else "none",
        edgecolor=colour,
        label=name if trusted else f"{name} (not to be read: score {rows[name].score:.2f})",
    )
axes.set_yticks(range(len(shares)), shares.index, fontsize=8)
axes.legend(frameon=False, fontsize=8, loc="lower right")
axes.set_xlabel("share of the variance between sets, in all")
quiet(axes, "What moves the level, and what the effects", "")
figure.tight_layout()

# %% [markdown]
# Empty bars are there to show what one must *not* read. They look like any other bars. That is the danger:
# indices always add up to something, also of an emulator that foretells nothing.
#
# ## 6. When to hold back
#
# `trusted` is false where the score is below .5. But why is it low? There are two reasons, with two
# different cures.
#
# * **Luck.** The sets do not differ by more than two runs of the same set do. No emulator can explain that.
#   The cure is more *seeds* a set.
# * **Too few sets** for so many assumptions and such a crooked answer. The cure is more *sets*, or fewer
#   parameters.
#
# `not_luck` tells them apart: the share of the variance between set means that is not luck, the highest
# score that any emulator could reach. It can be computed for other numbers of seeds, too: with $\tau^2$
# between sets and $\sigma^2$ between runs it is $\tau^2 / (\tau^2 + \sigma^2 / S)$.

# %%
counts = np.array([1, 2, 4, 8, 16, 32])
figure, axes = plt.subplots(figsize=(6, 3.2))
told = {}
for (name, one), colour in zip(rows.items(), (INDIGO, SOGA, LEAF), strict=True):
    luck = (1 - one.not_luck) * one.spread**2 * one.seeds  # the variance between runs of a set
    between = one.not_luck * one.spread**2
    ceiling = between / (between + luck / counts) if between > 0 else np.zeros(counts.size)
    told[name] = ceiling
    axes.plot(counts, ceiling, "o-", color=colour, markersize=4, label=name)
    axes.plot(one.seeds, max(one.score, 0), "x", color=colour, markersize=8)
axes.axhline(0.5, color=SAGE, linestyle=":")
axes.set_xscale("log", base=2)
axes.set_xticks(counts, counts)
axes.set_ylim(0, 1.02)
axes.set_xlabel("seeds a set")
axes.legend(frameon=False)
quiet(axes, "The best score possible (points), and the score reached (×)", "R²")
figure.tight_layout()
pd.DataFrame(told, index=pd.Index(counts, name="seeds")).round(2)

# %% [markdown]
# A cross far below its curve asks for more sets; a curve that is low itself asks for more seeds, or a
# larger region (`scale`), which has less luck in it. If neither helps, the honest sentence is: *we do not
# know what this effect hangs on; what we know is its mean and how much it differs* ([notebook
# 5](05_doubt_and_discovery.ipynb)).
#
# ## 7. What cannot be concluded
#
# * **Not what is likely.** The priors are ranges held possible, each value as good as the next. Many of
#   these sets contradict known facts. What hangs on what among those that do not is asked with a calibrated
#   sample ([notebook 4](04_calibration.ipynb)).
# * **Nothing about what was not drawn.** The other parameters stood still. An assumption without a prior,
#   and the form of the equations, take no part at all.
# * **Not causes in Pekalongan.** "Moves the answer" means: in the model.
# * **The ranges decide.** Double the width of a prior and its share grows. A table of indices is also a
#   table of how generous somebody was with ranges.
#
# ## Exercises
#
# 1. Halve the prior of the strongest assumption (a scenario can state `uncertainty:`) and sweep again. What
#    becomes of its share, and of the others?
# 2. Ask about another answer, `pay.batik_over_umk` or `batik.share_over_50`. No new runs are needed.
#    *Hint:* the first argument after the study.
# 3. `skill.forgetting` was taken in as something that should do little for this answer. Does each method
#    say so? How sure is each?
# 4. Take 24 sets instead of 64. What happens to the score, and what to the *looks* of the picture?
# 5. Ask of the effect as a share of the level, not in people. *Hint:* you need your own emulator:
#    `means_of` twice, then `fit`. Which assumptions disappear, and why?
# 6. The toy of section 2 has a cousin: $|x_1 - \frac12|$. What does Morris say of it (`mean` and `size`),
#    and why are there two columns?
