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
# # Doubt, and where an answer turns
#
# *Ringkasan.* Dampak yang diharapkan, faktor kebetulan, dan keraguan adalah tiga hal berbeda. Buku catatan
# ini memisahkannya dengan tangan, menjelaskan mengapa dampak tiap set ditarik ke arah rata-rata, apa arti
# P(dampak > 0), di bawah asumsi mana jawaban berbalik (PRIM), dan fakta mana yang layak ditanyakan
# berikutnya. Semua angka adalah angka *dalam model*.
#
# **The question.** "Will the policy bring young people into batik, yes or no? And what would I have to find
# out to be surer?" The first half has an answer with a number for its doubt. The second half has one, too,
# and it is of more use.
#
# The three words once more. The **expected effect** is the mean over sets of assumptions that fit what is
# known, and over luck. **Doubt** is how much it differs from set to set. **Luck** is how much two courses
# of events of one set differ. More runs shrink the error of the mean. They shrink neither doubt nor luck:
# doubt shrinks with facts, luck with nothing.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.stats import norm

import batiksim as bs
from batiksim.present import discover as boxes
from batiksim.present import worth as shopping
from batiksim.present.palette import INDIGO, PALE, SAGE, SOGA
from batiksim.report import worth_picture
from batiksim.runs.folder import read_sample
from batiksim.studies.discover.prim import find_box

SCALE = 0.04  # 4 % of the people, in the comparison
FUTURE, END = "2027-01", "2036-12"  # its policy, and the end of its runs
DRAWS, SEEDS = 12, 2
SWEPT = 0.02  # 2 % in the sweep
SINCE, UNTIL = "2014-01", "2018-12"
SETS = 64
YOUNG = "batik.workers_under_30"


def quiet(axes, title, unit):
    """A frame that leaves the room to the lines."""
    axes.set_title(title, loc="left", fontsize=10, fontweight="bold")
    axes.set_ylabel(unit)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.25)


def policy(name, *lines):
    """A scenario that adds interventions to the baseline."""
    text = "".join(f"\n  - {line}" for line in lines)
    return bs.Scenario.parse(f"title: {name}\nextends: baseline\ninterventions:{text}\n", stem=name)


base = bs.Scenario.load("baseline")
print("batiksim ships sets of assumptions. Each says all uncertain numbers, and meets the known facts.")

# %% [markdown]
# ## 1. A comparison under many sets
#
# The policy is an information campaign for the young. Each set is run with two seeds, with and without it.

# %%
campaign = policy("campaign", f"information: {{from: {FUTURE}, who: [youth], strength: 0.5}}")
study = bs.compare(
    [base, campaign], draws=DRAWS, seeds=SEEDS, scale=SCALE, until=END, full_scale=False, jobs=1
)
effects = study.effects(YOUNG).query("period == 'own'").set_index("regime")
shown = ["draws", "pairs", "expected", "error", "low", "high", "doubt", "better", "verdict"]
effects[shown].round(2)

# %%
rows = study.series[(study.series["place"] == "all") & (study.series["month"] >= FUTURE)]
mean = rows.groupby(["regime", "draw", "seed", "scenario"])[YOUNG].mean().unstack("scenario")
pairs = (mean["campaign"] - mean["baseline"]).rename("effect").reset_index()
sets = pairs.groupby(["draw", "regime"])["effect"].agg(["mean", "var", "count"]).reset_index()
sets = sets.sort_values("mean", ignore_index=True)
WORLD = {"hands-short": SOGA, "orders-short": INDIGO}

figure, axes = plt.subplots(figsize=(8, 3.6))
for place, row in sets.iterrows():
    colour = WORLD.get(row["regime"], PALE)
    some = pairs.loc[pairs["draw"] == row["draw"], "effect"]
    axes.plot([place] * len(some), some, ".", color=colour, alpha=0.6)
    axes.plot(place, row["mean"], "_", color=colour, markersize=18, markeredgewidth=2.5)
axes.axhline(0, color=PALE, linewidth=0.8)
axes.axhline(sets["mean"].mean(), color="black", linewidth=0.8, linestyle=":")
axes.set_xticks([])
axes.set_xlabel("sets of assumptions, in order; brown: hands are short, blue: orders are")
quiet(axes, "Effect of the campaign, each set: its pairs (dots) and their mean", "workers under 30")
figure.tight_layout()

# %% [markdown]
# Up and down within a column is luck; from column to column it is doubt, with what is left of luck in it. A
# single band over all dots would mix both, and say neither what is expected nor why.
#
# ## 2. By hand
#
# With $d_i$ the mean of the $S$ pairs of set $i$, of $D$ sets:
#
# * **expected** effect: the mean of the $d_i$; its **error**: their standard deviation over $\sqrt D$;
# * **luck** $\sigma^2$: the variance of pairs within a set, over all sets;
# * **doubt** $\tau^2$: the variance of the $d_i$ *less* what luck put into it, $\sigma^2 / S$; not below
#   nothing.

# %%
d, D, S = sets["mean"].to_numpy(), len(sets), SEEDS
expected, error = d.mean(), d.std(ddof=1) / np.sqrt(D)
luck2 = sets["var"].mean()
doubt2 = max(0.0, d.var(ddof=1) - luck2 / S)
by_hand = {"expected": expected, "error": error, "doubt": np.sqrt(doubt2)}
table = pd.DataFrame({"by hand": by_hand, "effects()": effects.loc["all", list(by_hand)].astype(float)})
assert np.allclose(table["by hand"], table["effects()"])
print(f"Luck of one pair at this scale: {np.sqrt(luck2):.0f}; doubt between sets: {np.sqrt(doubt2):.0f}.")
table.round(2)

# %% [markdown]
# ## 3. Shrinkage: the best set is not as good as it looks
#
# The set at the right end has the largest mean. It is there partly because the campaign does more under it,
# and partly because its two pairs were lucky. Whoever picks the largest picks the luckiest with it. So each
# set's own effect is drawn towards the mean of all, by as much as its differences are luck:
#
# $$D_i = \mu + B\,(d_i - \mu), \qquad B = \frac{\tau^2}{\tau^2 + \sigma^2 / S}$$
#
# With $B$ = 1 nothing is drawn, with $B$ = 0 all sets are taken to be alike.

# %%
B = doubt2 / (doubt2 + luck2 / S) if doubt2 + luck2 > 0 else 0.0
shrunk = expected + B * (d - expected)
figure, axes = plt.subplots(figsize=(7, 3))
for one, other, world in zip(d, shrunk, sets["regime"], strict=True):
    axes.plot([one, other], [1, 0], color=WORLD.get(world, PALE), marker="o", markersize=4, linewidth=1)
axes.axvline(0, color=PALE, linewidth=0.8)
axes.axvline(expected, color="black", linewidth=0.8, linestyle=":")
axes.set_yticks([0, 1], ["shrunk", "as run"])
axes.set_xlabel("effect on workers under 30")
quiet(axes, f"Means of sets, and what remains of them: B = {B:.2f}", "")
figure.tight_layout()

# %% [markdown]
# Does it work? That can only be seen where the truth is known, so here is a toy: as many sets as ours, with
# our doubt between them and our luck in their means; then the same with three times the luck.

# %%
rng = np.random.default_rng(3)
table = {}
for times in (1, 3):
    noise = times * np.sqrt(luck2 / S)
    truth = rng.normal(expected, np.sqrt(doubt2), (5000, D))
    seen = truth + rng.normal(0, noise, truth.shape)
    part = doubt2 / (doubt2 + noise**2) if doubt2 > 0 else 0.0
    middle = seen.mean(axis=1, keepdims=True)
    drawn_in = middle + part * (seen - middle)
    best = np.arange(len(seen)), seen.argmax(axis=1)
    table[f"luck x {times}"] = {
        "B": part,
        "as run, misses by": np.sqrt(((seen - truth) ** 2).mean()),
        "shrunk, misses by": np.sqrt(((drawn_in - truth) ** 2).mean()),
        "the best set looks better than it is by": (seen[best] - truth[best]).mean(),
        "shrunk, by": (drawn_in[best] - truth[best]).mean(),
    }
pd.DataFrame(table).round(2)

# %% [markdown]
# Where luck is small there is little to draw in, and little to gain. Where it is large, whoever reports the
# best of a dozen sets reports luck.
#
# ## 4. P(effect > 0)
#
# What does "the campaign helps with probability 0.9" mean? Not that nine of ten courses of events are
# better, and not that the mean lies above nothing. It is: *over the sets of assumptions, how probable is it
# that the effect expected under a set is above nothing?* Counting the $d_i$ above 0 would count luck; so
# each set is a normal curve around its shrunk effect, and the parts above 0 are averaged.

# %%
own = luck2 / S
width = np.sqrt(B * own + (1 - B) ** 2 * error**2)
above = norm.cdf(shrunk / width) if width > 0 else (shrunk > 0).astype(float)
print(f"P(effect > 0) by hand {above.mean():.3f}, effects() {effects.loc['all', 'better']:.3f}; ", end="")
print(f"sets with a mean above nothing: {(d > 0).mean():.3f}.")
assert np.isclose(above.mean(), effects.loc["all", "better"])

# %% [markdown]
# And more runs? With more seeds $S$ of each set luck leaves the means, but the error of the expected effect
# cannot fall below $\tau / \sqrt D$. More *sets* can bring it further. What nothing brings down is $\tau$.

# %%
seeds = np.arange(1, 33)
figure, axes = plt.subplots(figsize=(7, 3))
for count, colour in ((D, SOGA), (4 * D, INDIGO)):
    axes.plot(seeds, np.sqrt((doubt2 + luck2 / seeds) / count), color=colour, label=f"{count} sets")
axes.axhline(np.sqrt(doubt2), color="black", linewidth=0.8, linestyle=":", label="doubt, which stays")
axes.set_ylim(bottom=0)
axes.set_xlabel("seeds a set")
axes.legend(frameon=False)
quiet(axes, "Standard error of the expected effect", "workers under 30")
figure.tight_layout()

# %% [markdown]
# ## 5. Where does it turn?
#
# Now over the *whole* range of what is held possible, whether it meets the facts or not: a sweep, as in
# [notebook 3](03_sensitivity.ipynb). Two policies are pretended to have begun some years ago. The question
# is of another kind: not how much an assumption moves the answer on average, but *in which corner the craft
# has few young people*. PRIM looks for a box, a few limits on a few assumptions, in which most sets are
# like that.

# %%
PARAMETERS = [
    "choice.batik",
    "choice.pay",
    "choice.conformity",
    "demand.trend",
    "demand.imitation",
    "other.offer",
    "start.regency_workers",
]
swept = bs.sweep(
    [
        base,
        policy("campaign", f"information: {{from: {SINCE}, who: [youth], strength: 0.5}}"),
        policy("fairs", f"demand_promotion: {{from: {SINCE}, strength: 0.1}}"),
    ],
    parameters=PARAMETERS,
    draws=SETS,
    seeds=SEEDS,
    scale=SWEPT,
    until=UNTIL,
    jobs=1,
)
levels = swept.series.query(f"place == 'all' and scenario == 'baseline' and month == '{UNTIL}'")
young = levels.groupby("draw")[YOUNG].mean()
FEW = float(np.ceil(young.quantile(0.4)))
found = bs.discover(swept, YOUNG, below=FEW)
print(boxes.paragraph(found))

# %%
sample = read_sample(swept.folder, swept.about)
drawn = pd.DataFrame([dict(one.values) for one in sample.draws], index=[one.number for one in sample.draws])
limits = found.limits.set_index("parameter")
two = list(dict.fromkeys([*limits.index, *PARAMETERS]))[:2]
few = young < FEW
figure, axes = plt.subplots(figsize=(6, 4.2))
for hit, colour, label in ((False, SAGE, "enough"), (True, SOGA, f"fewer than {FEW:,.0f}")):
    some = young.index[few == hit]
    axes.plot(drawn.loc[some, two[0]], drawn.loc[some, two[1]], "o", color=colour, markersize=5, label=label)
corners = []
for name in two:
    ends = drawn[name].min(), drawn[name].max()
    row = limits.loc[name] if name in limits.index else {"low": None, "high": None}
    corners.append(
        [end if pd.isna(row[side]) else row[side] for side, end in zip(("low", "high"), ends, strict=True)]
    )
(left, right), (bottom, top) = corners
frame = plt.Rectangle((left, bottom), right - left, top - bottom, fill=False, edgecolor=INDIGO, linewidth=2)
axes.add_patch(frame)
axes.set_xlabel(two[0])
axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
verdict = "the box" if found.stands else "a box that does not stand"
quiet(axes, f"Sets with few young workers, and {verdict}", two[1])
figure.tight_layout()

# %% [markdown]
# Read the last sentence of the paragraph, not the first. *Density* in the box is flattered, because the box
# was drawn around these very sets. What counts is what happens with sets that were held out while a box was
# sought without them.
#
# Why so strict? Deal the same answers to the sets at random, so that there is nothing to find, and look for
# a box again.

# %%
rng = np.random.default_rng(4)
points = (drawn - drawn.min()) / (drawn.max() - drawn.min())
dealt = []
for _ in range(20):
    box = find_box(points.to_numpy(), rng.permutation(few.to_numpy()))
    dealt.append(len(box.limited))
print(f"In {sum(count > 0 for count in dealt)} of 20 deals a box was found where there is nothing.")

# %% [markdown]
# And the effects of the policies: under which assumptions are they among the smaller ones?

# %%
gains = {}
for name in ("campaign", "fairs"):
    both = swept.series.query(f"place == 'all' and month == '{UNTIL}'")
    wide = both.pivot_table(index=["draw", "seed"], columns="scenario", values=YOUNG)
    gains[name] = (wide[name] - wide["baseline"]).groupby("draw").mean()
    small = float(np.floor(gains[name].quantile(0.6)))
    if 8 <= (gains[name] < small).sum() <= SETS - 8:
        print(f"--- {name}")
        print(boxes.paragraph(bs.discover(swept, YOUNG, of="effect", scenario=name, below=small)))

# %% [markdown]
# ## 6. Which fact would narrow it?
#
# A box names assumptions, and nobody can measure "other advantages of batik work". But assumptions leave
# traces: two regions that differ in it differ in something that *can* be counted. `worth` goes through what
# a survey could ask and says by how much each answer would narrow the doubt, as the expected fall in its
# variance. Luck, sampling error of the survey, and the chance that the best of many facts looks good by
# accident are taken out.

# %%
value = bs.worth(swept, YOUNG, of=["level", "effect"])
for answer in value.answers:
    print(shopping.paragraph(value, answer))
    print()


# %%
def picture(answer):
    """The picture of the project for what would narrow an answer."""
    return worth_picture.picture(value, answer).figure


picture(value.answers[0])

# %%
columns = ["fact_indicator", "place", "fact_month", "asked", "n", "share", "share_error", "held", "chance"]
value.answers[0].facts[columns].head(8).round(3)

# %% [markdown]
# `share` is the part of the doubt that would go if the fact were known as well as such a survey knows it;
# `held` the same on sets not used to find it; `chance` how often the *best* of all facts does as well where
# there is nothing to find. Facts with a chance of 5 % or more are not named, however long their bar (light
# bars in the picture).
#
# This is a shopping list. The dearest survey is not the best one: twice the people do not help where the
# fact is blunt, and no survey narrows luck.
#
# ## 7. What cannot be concluded
#
# * **Not that the policy works in Pekalongan.** P(effect > 0) is a probability over sets of assumptions of
#   one model. If the model is wrong in its form, it is wrong in all sets.
# * **Not from a dozen sets.** The error of doubt itself is large; so is that of `better`. The default
#   comparison uses all fifty that ship; [the sample's page](../docs/reference/sample.md) says how they were
#   made.
# * **Not from the sweep what is likely.** Its sets fill the priors. A large box in it can be a corner that
#   no fact allows.
# * **Not that a fact not named is useless.** It may matter for another answer, or in more sets.
# * **Facts were weighed one by one.** Two that tell the same are not worth the sum.
#
# ## Exercises
#
# 1. Do sections 1 to 4 for one world alone. Is doubt smaller? Why is that no progress? *Hint:* `effects`
#    has a row a world.
# 2. Take 4 seeds instead of 2. Which of the numbers of section 2 should change, and which only become
#    surer?
# 3. Show with a little simulation that $\tau^2$ without the correction ($-\sigma^2/S$) is too large on
#    average. *Hint:* twenty sets with the *same* effect.
# 4. Compare the boxes of the two policies in section 5. What do they say about the two worlds?
# 5. A council will pay for one survey of 400 people. Which question do you propose, for which answer, and
#    what would you answer to "and if you are wrong?"
# 6. `bs.worth(..., of=["choice"])` asks which of two policies is better. When is a fact worth nothing for a
#    choice although it narrows both effects?
