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
# # One life
#
# *Ringkasan.* Di balik setiap garis ada orang yang memilih. Buku catatan ini mengikuti satu kehidupan:
# ceritanya, gambarnya, apa yang ia timbang pada satu bulan, mengapa ada yang mengambil pekerjaan yang
# upahnya jauh lebih rendah, dan apa yang terjadi pada orang *yang sama* bila ada kebijakan. Pada akhirnya:
# apa yang tidak dapat dikatakan oleh satu kehidupan. Semua angka adalah angka *dalam model*.
#
# **The question.** A model of a quarter of a million people is easily a black box. Someone asks about one
# of them: "It says that she does batik for Rp 690,000 a month although other work pays 1.6 million. *Why
# would anybody do that?*" If the model has no answer, or a silly one, no table of it should be believed.
#
# We follow a few hundred people who were young in 2011, ask them, and look at the sums they do.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.colors import ListedColormap

import batiksim as bs
from batiksim.codes import Stage, names
from batiksim.model.life_story import OPTIONS, deciding
from batiksim.model.steps.choices import TERMS
from batiksim.present.palette import INDIGO, LEAF, MENGKUDU, PALE, SAGE, SOGA

SCALE = 0.04  # 4 % of the people are simulated
UNTIL = "2026-12"
SINCE = "2013-01"  # we pretend that the policy of section 5 began then, when they were young
SEED = 7


def quiet(axes, title, unit):
    """A frame that leaves the room to the lines."""
    axes.set_title(title, loc="left", fontsize=10, fontweight="bold")
    axes.set_ylabel(unit)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.25)


base = bs.Scenario.load("baseline")
print(f"{bs.BatikModel(base, seed=SEED, scale=0.01, until='2011-01')!r}")

# %% [markdown]
# ## 1. Watch them
#
# Every person keeps one identity for life, which depends on no policy. A model that is told to *watch* some
# people writes down each choice they make: what was on offer, what each thing was worth to them, and why.
# It costs little, and changes nothing: watching draws no random numbers.
#
# We watch all who were 13 to 19 when the model begins. Beside the diary we keep what each of them does,
# month by month.


# %%
def lives(scenario, watch=()):
    """A run, and the stage and the batik pay of the young of 2011, (months, people) each."""
    model = bs.BatikModel(scenario, seed=SEED, scale=SCALE, until=UNTIL, watch=watch)
    ages = -model.people.birth / 12
    rows = np.flatnonzero((ages >= 13) & (ages < 20))
    stage, pay = [], []
    while model.running and model.month < model.last:
        model.step()
        stage.append(model.people.stage[rows].copy())
        pay.append(model.people.pay[rows].copy())
    return model, rows, np.array(stage), np.array(pay)


young = bs.BatikModel(base, seed=SEED, scale=SCALE, until=UNTIL)
ages = -young.people.birth / 12
ids = young.people.id[(ages >= 13) & (ages < 20)].tolist()
model, rows, stage, pay = lives(base, watch=ids)
assert model.people.id[rows].tolist() == ids
choices = [entry for entry in model.diary if entry["event"] == "choice"]
weighed = [entry for entry in choices if sum(entry["available"]) > 1]
print(f"{len(ids)} people watched from {len(stage)} months: {len(choices)} times somebody thought again,")
print(f"{len(weighed)} times there was more than one thing to choose from.")

# %% [markdown]
# ## 2. A life as a story, and as a picture
#
# Whom shall we ask? Picking whoever tells the nicest story would be cheating, so there is a rule, written
# before looking: *of those watched, whoever changed most often between batik and something else; then the
# lowest id.* That makes an unusual person, who is an illustration. (People are called "she" here, women and
# men alike.)

# %%
CRAFT = [Stage.BATIK, Stage.OWNER]
craft = np.isin(stage, CRAFT)
moves = (craft[1:] != craft[:-1]).sum(axis=0)
column = int(np.lexsort((ids, -moves))[0])
one = model.people.view(int(rows[column]))
print(one.story())

# %%
WHAT = names(Stage)
HUES = {
    "school": "#e4e0d4", "seeking": "#d9c15f", "batik": SOGA, "garment": INDIGO, "other": SAGE, "home": PALE,
    "owner": MENGKUDU, "retired": "#f4f1ea",
}  # fmt: skip
COLOURS = ListedColormap([HUES[name] for name in WHAT])
years = 2011 + (np.arange(len(stage)) + 0.5) / 12


def strip(axes, life, label):
    """What one person does, month by month, as a coloured strip."""
    axes.imshow(
        life[None, :], aspect="auto", cmap=COLOURS, vmin=-0.5, vmax=len(WHAT) - 0.5, interpolation="nearest",
        extent=(years[0], years[-1], 0, 1),
    )  # fmt: skip
    axes.set_yticks([0.5], [label])
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def key(figure, seen):
    """What the colours mean, of those that are there."""
    shown = [code for code in range(len(WHAT)) if code in seen]
    handles = [plt.Rectangle((0, 0), 1, 1, color=HUES[WHAT[code]]) for code in shown]
    figure.legend(
        handles, [WHAT[code] for code in shown], loc="lower center", ncols=len(shown), frameon=False,
        fontsize=8, bbox_to_anchor=(0.5, -0.06),
    )  # fmt: skip


figure, (top, bottom) = plt.subplots(2, 1, figsize=(9, 3.6), sharex=True, height_ratios=[1, 3])
strip(top, stage[:, column], "life")
top.set_title(f"One life: person {one.id}", loc="left", fontsize=10, fontweight="bold")
own = [entry for entry in weighed if entry["id"] == one.id]
for k, name in enumerate(OPTIONS[:3]):
    offers = [(entry["month"], entry["pay"][k]) for entry in own if entry["available"][k]]
    if offers:
        when, rate = np.array(offers).T
        bottom.plot(2011 + (when + 0.5) / 12, rate / 1e6, "o", color=HUES[name], markersize=4, label=name)
earned = np.where(pay[:, column] > 0, pay[:, column] / 1e6, np.nan)
bottom.plot(years, earned, color=SOGA, linewidth=0.8)
bottom.set_ylim(bottom=0)
if own:
    bottom.legend(frameon=False, title="on offer", fontsize=8)
quiet(bottom, "What was on offer in a month of choice, and what batik paid (line)", "million rupiah a month")
key(figure, set(stage[:, column]))
figure.tight_layout()

# %% [markdown]
# One life is one of many. Here are all that were watched, a line each, put in order by how long they were
# in the craft. This is the picture to keep in mind when a single life is told.

# %%
order = np.lexsort((stage[-1], -craft.sum(axis=0)))
figure, axes = plt.subplots(figsize=(9, 4))
axes.imshow(
    stage.T[order], aspect="auto", cmap=COLOURS, vmin=-0.5, vmax=len(WHAT) - 0.5, interpolation="nearest",
    extent=(years[0], years[-1], len(ids), 0),
)  # fmt: skip
quiet(axes, "All that were watched, longest in the craft first", "people")
axes.grid(visible=False)
key(figure, set(stage.ravel()))
figure.tight_layout()
ever = craft.any(axis=0)
print(f"{ever.sum()} of {len(ids)} were ever in the craft ({ever.mean():.0%}), {craft[-1].sum()} at the end.")

# %% [markdown]
# ## 3. One month, one choice
#
# Each option has a worth, in one number (E3 of [the model](../docs/model.md)): pay (by its logarithm, so
# that a tenth more counts the same for rich and poor), the hours it leaves free, the company of those who
# do the same, interest in the craft, the image of batik as old people's work, and all other advantages,
# which nobody can list and which are fitted or assumed as one number. To this *luck* is added, the taste of
# the month: what she likes and we do not see. She takes the largest sum of what is on offer.
#
# We look at the choice with the largest puzzle in it: of all who took batik although other *work* was what
# paid best, the one whose batik pay was smallest beside it. (To seek on is an option, too; its pay is a
# hope and no offer. "Took" means: wanted it most. Where the post then went to somebody else, nothing
# changed for her.)


# %%
def refused(entry):
    """The best paid of what was on offer and not taken; of seeking on counts what is hoped for."""
    open_ = [k for k in range(len(OPTIONS)) if entry["available"][k] and k != entry["chosen"]]
    return max(open_, key=lambda k: entry["pay"][k])


def ratio(entry):
    """Pay of what was taken over the best pay refused."""
    return entry["pay"][entry["chosen"]] / entry["pay"][refused(entry)]


took = [entry for entry in weighed if OPTIONS[entry["chosen"]] == "batik"]
beside_work = [entry for entry in took if OPTIONS[refused(entry)] != "seeking"]
puzzle = min(beside_work, key=ratio)
rival = refused(puzzle)
some = [k for k in range(len(OPTIONS)) if puzzle["available"][k]]
print(
    f"Person {puzzle['id']} took batik at Rp {puzzle['pay'][0]:,.0f} "
    f"beside {OPTIONS[rival]} at Rp {puzzle['pay'][rival]:,.0f}."
)
table = pd.DataFrame(puzzle["terms"], index=OPTIONS, columns=TERMS).iloc[some]
table["worth"] = np.array(puzzle["utility"])[some]
table["luck"] = np.array(puzzle["noise"])[some]
table["sum"] = table["worth"] + table["luck"]
table.round(2)

# %%
PARTS = [*TERMS, "luck"]
HUE = dict(zip(PARTS, [INDIGO, "#7f9fc9", LEAF, MENGKUDU, PALE, SOGA, "#d9c15f"], strict=True))


def bars(axes, entry):
    """What each option on offer is worth, in parts: above nothing what speaks for it, below what does not."""
    open_ = [k for k in range(len(OPTIONS)) if entry["available"][k]]
    for place, k in enumerate(open_):
        up = down = 0.0
        for part, value in zip(PARTS, [*entry["terms"][k], entry["noise"][k]], strict=True):
            axes.bar(place, value, bottom=up if value > 0 else down, color=HUE[part], width=0.6)
            up, down = (up + value, down) if value > 0 else (up, down + value)
        axes.plot([place - 0.38, place + 0.38], [up + down] * 2, color="black", linewidth=2)
    labels = [f"{OPTIONS[k]}\n{entry['pay'][k] / 1e6:.2f}" for k in open_]
    axes.set_xticks(range(len(open_)), labels, fontsize=8)
    axes.axhline(0, color="black", linewidth=0.6)


figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8), sharey=True)
bars(left, puzzle)
quiet(left, "The puzzle", "worth (black: the sum)")
usual = sorted(beside_work, key=ratio)[len(beside_work) // 2]
bars(right, usual)
quiet(right, "The middle one of such choices", "")
left.set_xlabel("on offer, million rupiah a month")
figure.legend(
    [plt.Rectangle((0, 0), 1, 1, color=HUE[part]) for part in PARTS], PARTS, loc="lower center",
    ncols=len(PARTS), frameon=False, fontsize=8, bbox_to_anchor=(0.5, -0.06),
)  # fmt: skip
figure.tight_layout()

# %% [markdown]
# Only differences between the bars of one colour matter: what is the same everywhere decides nothing.
# Part-time work looks worse by the month than by the hour (*hours* gives back what *pay* takes). And look at
# luck. We picked the greatest puzzle of thousands of choices, and with it, of course, a great piece of luck.
#
# ## 4. Is there always a reason?
#
# Is the puzzle a rarity or the rule? For every choice of batik beside other work: its pay over the best
# refused. Left of 1 the other paid better. For these the model names what outweighed the money, the largest
# advantages that together do so (`deciding`); they are counted on the right.

# %%
shares = np.array([ratio(entry) for entry in beside_work])
less = [entry for entry in beside_work if ratio(entry) < 1]
named = pd.Series([name for entry in less for name in deciding(entry)], dtype="object").value_counts()
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.2))
left.hist(np.minimum(shares, 3), bins=np.arange(0, 3.01, 0.1), color=SOGA)
left.axvline(1, color="black", linewidth=0.8)
left.set_xlabel("batik pay over the best pay refused (3: three or more)")
quiet(left, "Those who took batik beside other work", "choices")
hues = [HUE[name] for name in named.index[::-1]]
right.barh(named.index[::-1], named.to_numpy()[::-1], color=hues)
quiet(right, "What outweighed better pay", "")
right.set_xlabel("choices")
figure.tight_layout()
half = (shares < 0.5).sum()
print(f"In {len(less)} of {len(shares)} such choices the other work paid better; in {half} more than twice.")
assert "experiment" not in named  # nobody was made to choose

# %% [markdown]
# So the honest answer to "why would anybody do that?" is often: *for nothing that we can see*. That is what
# luck means here, the taste of a month, a friend, a wedding. It is a part of the theory (a random utility),
# and whoever takes worse paid work is by selection somebody in whom it was large. But it must not do whatever
# it likes: if the sums are right, those who take batik must be as many as the sums say. A choice with worths
# $V_k$ has the chance $e^{V_b} / \sum_k e^{V_k}$ of batik, over what was on offer. So put the choices in
# order by that chance, cut them into groups, and count.

# %%
offered = [entry for entry in weighed if entry["available"][0]]
worth = np.array([entry["utility"] for entry in offered])
there = np.array([entry["available"] for entry in offered])
weight = np.where(there, np.exp(np.where(there, worth, 0.0)), 0.0)
chance = weight[:, 0] / weight.sum(axis=1)
took_it = np.array([entry["chosen"] == 0 for entry in offered])
groups = np.array_split(np.argsort(chance, kind="stable"), 10)
said = np.array([chance[some].mean() for some in groups])
did = np.array([took_it[some].mean() for some in groups])
error = np.array([np.sqrt(chance[some] @ (1 - chance[some])) / some.size for some in groups])
figure, axes = plt.subplots(figsize=(4.6, 4))
edge = 1.1 * max(said.max(), did.max())
axes.plot([0, edge], [0, edge], color=PALE, linewidth=0.8)
axes.errorbar(said, did, yerr=2 * error, fmt="o", color=SOGA, ecolor=PALE, markersize=4)
axes.set_xlabel("chance of batik by the sums")
quiet(axes, "Who takes batik when it is on offer", "share who took it")
figure.tight_layout()
print(f"Expected {chance.sum():.0f} of {len(offered)}, counted {took_it.sum()}.")

# %% [markdown]
# The bars are two standard errors of the count. This is a test of the program, not of the theory: it says
# that the diary and the choices are of one piece. Whether real people do such sums is another matter.
#
# ## 5. The same person, twice
#
# Since ids and luck do not depend on policy, each person can be followed under two scenarios. What differs
# between the two lives is the policy and what follows from it. The policy is that of the first notebook:
# brokers keep less, and young people hear what the craft pays.

# %%
fairer = bs.Scenario.parse(
    f"""
title: Fairer contracts and a campaign
extends: baseline
parameters:
  contracts.surplus_cut: {{{SINCE}: 0.10}}
interventions:
  - information: {{from: {SINCE}, who: [youth]}}
""",
    stem="fairer",
)
other, same_rows, stage_2, pay_2 = lives(fairer, watch=ids)
assert (same_rows == rows).all()
start = np.flatnonzero(years > int(SINCE[:4]) + (int(SINCE[5:]) - 1) / 12)[0]
assert (stage[:start] == stage_2[:start]).all()
print("Before the policy begins no life differs, not in a single month.")

# %%
craft_2 = np.isin(stage_2, CRAFT)
gain = (craft_2.astype(int) - craft).sum(axis=0)
differs = (stage != stage_2).sum(axis=0)
column_2 = int(np.lexsort((ids, -differs, -np.abs(gain)))[0])
figure, (upper, lower) = plt.subplots(2, 1, figsize=(9, 1.8), sharex=True)
strip(upper, stage[:, column_2], "without")
strip(lower, stage_2[:, column_2], "with")
for axes in (upper, lower):
    axes.axvline(years[start], color="black", linewidth=1)
upper.set_title(
    f"Person {ids[column_2]}: the two lives that differ most", loc="left", fontsize=10, fontweight="bold"
)
key(figure, set(stage[:, column_2]) | set(stage_2[:, column_2]))
figure.tight_layout()
last = stage_2.shape[0] - start
print(f"With the policy this person is in the craft for {gain[column_2]:+d} months, of {last}.")

# %% [markdown]
# Now the trap. This person was chosen because her lives differ most. In the picture the policy looks
# mighty. For all who were watched it looks like this:

# %%
figure, axes = plt.subplots(figsize=(7, 3))
bins = np.arange(-last - 6, last + 7, 12)
axes.hist(gain[gain != 0], bins=bins, color=SOGA)
axes.axvline(0, color="black", linewidth=0.8)
axes.set_xlabel("months in the craft, with the policy less without, where they differ")
quiet(axes, "Not one life, but all of them", "people")
figure.tight_layout()
print(f"{(differs == 0).mean():.0%} of the lives are the same in every month.")
print(f"{(gain > 0).sum()} people are in the craft for longer, {(gain < 0).sum()} for less long.")
print(f"On average: {gain.mean():+.2f} months a person, of {last}.")

# %% [markdown]
# There are people on both sides, also where the policy helps on average: a post that one gets, another does
# not, and whoever goes to batik leaves other work for a third. A policy moves people past each other; the
# sum is much smaller than the movement. That is why one life is an illustration, and the expected effect a
# mean over pairs of whole runs ([notebook 1](01_first_run.ipynb), [notebook
# 5](05_doubt_and_discovery.ipynb)).
#
# ## 6. What cannot be concluded
#
# * **Not that real people think so.** The sum is a theory (discrete choice). Its weights are priors or
#   fits; a survey could test them: offer real choices, and look at what is taken.
# * **Not that luck is small.** What we call luck is everything unseen, a good mother-in-law among it.
# * **Not her feelings.** "She takes it because of company" means that this term was the largest in a sum.
# * **Nothing about the policy from her.** She was chosen, not drawn.
# * **Not the years after 35 of those outside batik.** The model no longer follows them one by one: their
#   strip stays as it was then.
#
# ## Exercises
#
# 1. `she.story(lang="id")` tells the same life in Bahasa Indonesia. Is anything lost?
# 2. Whom would *you* ask, and by which rule? Write it down, run it, and say in which way that person is
#    unusual.
# 3. Set `choice.pay` to its lowest and highest prior value. How does the picture of section 4 change?
#    *Hint:* `bs.priors("choice.*")`, `base.but({...})`.
# 4. Run section 4 where hands are short: `base.but({"choice.regime": "hands-short"})`. How many take batik
#    when it is on offer? What does the bar *advantages* look like?
# 5. How many months until half of all lives differ, under a policy that does nothing but move one broker in
#    Kauman? *Hint:* `subcontract_reform`, `where: kauman`, a tiny strength. Small causes spread; does the
#    mean move?
# 6. Find somebody who *loses* by the policy in section 5 and read both stories. Could you explain to her
#    why?
