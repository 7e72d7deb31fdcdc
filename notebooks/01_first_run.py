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
# # From one run to a comparison you can trust
#
# *Ringkasan.* Buku catatan ini mengajak Anda dari satu skenario sampai membaca perbandingan berpasangan: apa
# pertanyaannya, apa yang diubah suatu kebijakan, satu simulasi dan satu kehidupan di dalamnya, mengapa satu
# simulasi tidak cukup, bagaimana pasangan dengan nasib yang sama menyingkap selisih yang kecil, berapa
# biayanya dan siapa yang menanggungnya, serta apa yang *tidak* boleh disimpulkan. Di akhir ada latihan. Semua
# angka adalah angka *dalam model*.
#
# **The question.** In Pekalongan young people can learn batik, go to a garment factory that pays the minimum
# wage, or do something else. Batik pays less, partly because brokers stand between the workshop that has the
# order and the hands that do the work. *If brokers kept less, and young people knew what the craft offers:
# would more of them be in batik ten years on? How many more, for what money, and who would lose?*
#
# We answer it for a small copy of the region, so that this page runs in half a minute. Every number below is
# a number *in the model*: what follows from its assumptions, not what happens in the town.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import batiksim as bs
from batiksim.agents.people import Person

SCALE = 0.04  # 4 % of the people are simulated; results are blown up to the whole region
UNTIL = "2036-12"  # ten years of the policy
SEEDS = 8
DRAWS = 8
YOUNG, ALL, PAY = "batik.workers_under_30", "batik.workers", "pay.batik_over_umk"
INDIGO, SOGA = "#1f4e8c", "#b35a1f"  # the two old dyes of batik

# %% [markdown]
# ## 1. A scenario
#
# A scenario is *what differs from the shipped numbers*. The baseline differs in nothing.

# %%
base = bs.Scenario.load("baseline")
print(base.explain())

# %% [markdown]
# Ours has two parts that begin in 2027: brokers keep a tenth of the surplus instead of what the baseline
# says, and a campaign tells young people what batik work is and pays. Here it is written as text; in a file
# of its own it would look the same, and `batiksim check` would find its mistakes.
#
# `explain` prints what was changed *and whose number it is*: read the sources and the confidence before any
# result.

# %%
fairer = bs.Scenario.parse(
    """
title: {en: Fairer contracts and a campaign, id: Kontrak lebih adil dan kampanye}
extends: baseline
why: Brokers keep less of the surplus, and young people hear what the craft pays.
parameters:
  contracts.surplus_cut: {2027-01: 0.10}
interventions:
  - information: {from: 2027-01, to: 2036-12, ramp: 12 months, who: [youth]}
""",
    stem="fairer",
)
print(fairer.explain())

# %% [markdown]
# ## 2. One run
#
# `BatikModel` is a Mesa model. It starts in January 2011 and takes a month a step. The seed decides all luck:
# who is born where, who reconsiders when, which firm finds an heir. `results()` is an ordinary pandas table
# with a row for each month and place; the row `all` is the whole region.

# %%
model = bs.BatikModel(base, seed=7, scale=SCALE, until=UNTIL).run()
results = model.results()
region = results[results["place"] == "all"].set_index("month")
shown = [ALL, YOUNG, "batik.share_over_50", PAY, "firms.count"]
region.loc[["2011-01", "2019-12", "2026-12", UNTIL], shown].round(2)

# %%
years = 2011 + (np.arange(len(region)) + 0.5) / 12


def quiet(axes, title, unit):
    """A frame that leaves the room to the lines."""
    axes.set_title(title, loc="left", fontsize=10, fontweight="bold")
    axes.set_ylabel(unit)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.25)


figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4))
left.plot(years, region[ALL], color=INDIGO, label="all ages")
left.plot(years, region[YOUNG], color=SOGA, label="under 30")
left.set_ylim(bottom=0)
left.legend(frameon=False)
quiet(left, "Batik workers, one run of the baseline", "people")
right.plot(years, region[PAY], color=INDIGO, linewidth=0.6, alpha=0.5)
right.plot(years, region[PAY].rolling(12, center=True).mean(), color=INDIGO)
right.axhline(1, color=SOGA)
right.text(2011.5, 1.03, "the minimum wage, which factories pay", color=SOGA)
right.set_ylim(0, 1.2)
quiet(right, "Median pay over the minimum wage", "ratio")
figure.tight_layout()

# %% [markdown]
# Look before you go on. The thin line jumps every year: orders peak before Lebaran. The steps in the number
# of young workers are single people, because at this scale each simulated person stands for 25. And the
# number of workers falls in most years, not only in 2020, when Covid takes orders away: those who retire are
# not replaced.
#
# ## 3. One life
#
# Behind the lines are people who choose. Each can tell her life, with the reasons of each choice: what was on
# offer, what it paid, how many of those she compares herself with did it, and what it was worth to her, all
# in one number.

# %%
people = model.agents_by_type[Person]
young_workers = people.select(lambda person: person.stage == "batik" and person.age < 30)
someone = max(young_workers, key=lambda person: person.practice)  # the one longest in the craft
print(someone.story())

# %% [markdown]
# Batik is open only to somebody who knows about it or has it in the family or among friends ("openness"):
# that is the door the campaign pushes at. The pay on offer depends on how many brokers stand in between: that
# is the door the contracts push at.
#
# ## 4. Why one run is not enough
#
# Now both scenarios, eight seeds each. `compare` runs them in pairs: seed 1 with seed 1, seed 2 with seed 2.
# The facts fit two worlds, one where orders are short and one where hands are; here we look at the second
# only, where a campaign has posts to fill.

# %%
study = bs.compare(
    [base, fairer],
    seeds=SEEDS,
    scale=SCALE,
    until=UNTIL,
    regimes=["hands-short"],
    full_scale=False,
    jobs=1,
)
rows = study.series[study.series["place"] == "all"]
young = rows.pivot(index="month", columns=["scenario", "seed"], values=YOUNG)
when = young.index.str[:4].astype(int) + 1.0  # a row is a December

figure, axes = plt.subplots(figsize=(7, 3.6))
for seed in range(1, SEEDS + 1):
    axes.plot(when, young["baseline", seed], color=INDIGO, linewidth=1, alpha=0.6)
axes.set_ylim(bottom=0)
quiet(axes, "Batik workers under 30: eight runs of the same baseline", "people")
figure.tight_layout()

# %% [markdown]
# The same town, the same numbers, eight histories. Suppose a hasty analyst runs the baseline once and the
# policy once, with whatever seeds come up. How often does the policy look harmful?

# %%
last = young.loc[UNTIL]
hasty = np.array(
    [
        last["fairer", i] - last["baseline", j]
        for i in range(1, SEEDS + 1)
        for j in range(1, SEEDS + 1)
        if i != j
    ]
)
paired = (last["fairer"] - last["baseline"]).to_numpy()
print(f"one run of each, other seeds: policy looks worse or no better in {(hasty <= 0).mean():.0%} of cases")
print(f"one run of each, same seed:   policy looks worse or no better in {(paired <= 0).mean():.0%} of cases")

# %% [markdown]
# ## 5. Bands, and why they mislead here
#
# The usual picture: the median of the runs and the band of the middle 90 %, for each scenario. The bands say
# how much is luck. They overlap; does that mean that there is no effect?

# %%
fan = study.fan(YOUNG)
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6))
for name, colour in (("baseline", INDIGO), ("fairer", SOGA)):
    one = fan[fan["scenario"] == name]
    left.fill_between(when, one["low_90"], one["high_90"], color=colour, alpha=0.2, linewidth=0)
    left.plot(when, one["median"], color=colour, label=name)
left.axvline(2027, color="grey", linestyle=":")
left.set_ylim(bottom=0)
left.legend(frameon=False)
quiet(left, "Batik workers under 30: two bands", "people")
gain = fan[fan["scenario"] == "fairer"]
right.fill_between(
    when, gain["difference_low_90"], gain["difference_high_90"], color=SOGA, alpha=0.2, linewidth=0
)
right.plot(when, gain["difference"], color=SOGA)
right.axhline(0, color=INDIGO)
right.axvline(2027, color="grey", linestyle=":")
quiet(right, "The same runs: fairer less baseline, pair by pair", "people")
figure.tight_layout()

# %% [markdown]
# It does not. Most of what makes one history differ from another is the same in both scenarios of a pair: the
# same people are born, the same firms find no heir. Left, that luck hides the effect. Right, it cancels:
# before 2027 the difference is not small but *exactly nothing*, and after it only what follows from the
# policy remains. (The method is called *common random numbers*. It works because each draw has a key of its
# own, made of seed, purpose, month and person, so that a policy never shifts the luck of another decision.)
#
# ## 6. What pairing buys

# %%
figure, axes = plt.subplots(figsize=(7, 2.6))
axes.plot(hasty, np.full(hasty.size, 0.0), "|", color=INDIGO, markersize=22)
axes.plot(paired, np.full(paired.size, 1.0), "|", color=SOGA, markersize=22, markeredgewidth=2)
axes.axvline(0, color="grey", linewidth=0.8)
axes.set_yticks([0, 1], ["other seeds", "same seed"])
axes.set_ylim(-0.6, 1.6)
quiet(axes, f"Fairer less baseline, workers under 30, {UNTIL}", "")
figure.tight_layout()

wide = (young["fairer"].var(axis=1) + young["baseline"].var(axis=1)).loc["2027-12":]
narrow = (young["fairer"] - young["baseline"]).var(axis=1).loc["2027-12":]
pd.DataFrame(
    {"spread, other seeds": wide**0.5, "spread, same seed": narrow**0.5, "worth": wide / narrow}
).round(1)

# %% [markdown]
# The *spread* is the standard deviation of one difference, in people. Uncertainty of a mean shrinks with the
# square root of the number of runs, so `worth` (the ratio of the variances) says how many unpaired runs one
# pair replaces. It is largest soon after the policy starts and shrinks as the two histories part. With eight
# seeds these are rough estimates themselves.
#
# ## 7. The result, read aloud
#
# What a city wants to know is what the policy does *while it runs*: the mean over its own years, over all
# pairs. That is the **expected effect**; its standard error says how well eight pairs know it.

# %%
effect = study.effects(YOUNG).set_index("period").loc["own"]
print(
    f"In the model, from {effect['first'][:4]} to {effect['last'][:4]} there are on average "
    f"{effect['expected']:+.0f} batik workers under 30 with the policy "
    f"(standard error {effect['error']:.0f}), beside {effect['baseline']:.0f} without it."
)

# %% [markdown]
# A good sentence has four parts: *in the model*, the number, how well it is known, and what it is measured
# against. Put it against the whole, too: is the gain large beside the number that the craft loses anyway?
#
# ## 8. Luck is not doubt
#
# All eight pairs share one set of assumptions; they differ by **luck** alone, and more pairs make the mean as
# sure as one likes. They cannot say what another set of assumptions would have given, although many sets meet
# what is known. batiksim ships fifty of them, drawn over all priors; each gets pairs with seeds of its own.

# %%
doubted = bs.compare([base, fairer], draws=DRAWS, seeds=2, scale=SCALE, until=UNTIL, full_scale=0, jobs=1)
found = doubted.effects(YOUNG)
found = found[found["period"] == "own"].set_index("regime")
found[
    ["draws", "pairs", "expected", "error", "doubt", "doubt_low_90", "doubt_high_90", "better", "verdict"]
].round(2)

# %% [markdown]
# **Doubt** is how much the effect differs from one plausible set to the next, with the noise of the runs
# taken out; `better` is the probability that it is above nothing. The range of doubt is often wider than that
# of luck, and no number of seeds makes it narrower: only facts do. The two worlds stand in rows of their own,
# because a policy can do very different things in them.
#
# ## 9. What it costs, and who pays
#
# A campaign costs money. The contracts cost the public nothing, but somebody gives up what others receive.

# %%
costs = study.costs().set_index("years")
costs["cost, billion Rp"] = (costs["cost"] / 1e9).round(1)
costs["Rp million a young worker"] = (costs["per_worker"] / 1e6).round(1)
costs[["cost, billion Rp", "gain", "gain_low", "gain_high", "Rp million a young worker", "verdict"]]

# %%
winners = study.winners()
money = winners[(winners["what"] == "income") & (winners["expected"] != 0)].set_index("group")
figure, axes = plt.subplots(figsize=(8, 3.4))
order = money["expected"].sort_values() / 1e9
axes.barh(order.index, order, color=[SOGA if value < 0 else INDIGO for value in order])
axes.axvline(0, color="grey", linewidth=0.8)
axes.spines[["top", "right"]].set_visible(False)
axes.set_title("Income a year, fairer less baseline", loc="left", fontsize=10, fontweight="bold")
axes.set_xlabel("billion rupiah a year, whole region, mean of pairs")
figure.tight_layout()
billions = (money[["expected", "low", "high"]] / 1e9).round(1)
billions.assign(verdict=money["verdict"])

# %% [markdown]
# Three things to notice. The price of a young worker is left open wherever the 95 % interval of the gain
# touches zero, and a horizon past the end of the run is called just that. *Owners* receive more of what
# brokers give up than workers do: money set free along the chain need not end up where it was meant to. And
# `unclear` is an answer.
#
# ## 10. The same person, twice
#
# Because luck is shared, one can follow one person under both scenarios. Everything that differs between the
# two lives is the policy's doing.

# %%
pair = study.lives["lives"][0]
for name in ("baseline", "fairer"):
    print(f"--- {name}")
    print("\n".join(pair["lives"][name]["story"]["en"]))

# %% [markdown]
# This person was not drawn at random but chosen because the two lives differ most: an illustration, no
# evidence.
#
# ## 11. What cannot be concluded
#
# * **Not that it happens.** The runs say what follows from the assumptions;
#   [assumptions.md](../docs/assumptions.md) lists them with their ranges.
# * **Not the exact number.** Few draws and 4 % of the people make rough ranges. The default comparison uses
#   fifty draws, two seeds each, and 10 %.
# * **Not for one cluster.** At this scale Kauman has one firm. Places are reported from full-scale runs only.
# * **Not for the other world** from the first comparison: it ran `hands-short` only. `compare` runs both
#   worlds unless told otherwise ([worlds.md](../docs/worlds.md)), and a policy can do nothing in one of them.
# * **Not which part did it.** Two measures act at once; see the first exercise.
#
# ## Exercises
#
# 1. Run the campaign alone and the contracts alone. Which of them brought the young workers? Do the two gains
#    add up to the gain of both? Should they?
# 2. Pair the baseline with itself under the title "nothing" (`base.but({}, title="nothing")`). Which
#    differences do you expect, and why is that a test of the program?
# 3. Choose another indicator (`batiksim list indicators`), for example `batik.workers` or `pay.gini`. Is its
#    sign as clear?
# 4. How many seeds do you need until the 90 % range of the gain of 2036 excludes zero, paired and unpaired?
# 5. Double `SCALE` and halve `SEEDS`: the same computing time. Which of the two makes the range narrower, and
#    why?
# 6. Let brokers keep *more* (`contracts.surplus_cut: 0.30`). Is the loss as large as the gain was? If not,
#    what bends the curve?
# 7. Whom does your own policy take from? Write it, run it, and find the group in `study.winners()` that would
#    object.
