"""The same model as an ordinary Mesa model: one object a person, one an owner, plain Python numbers.

This is the model to read beside the equations, and the one to doubt the fast model with. It takes from
batiksim
only what both must share to be comparable: the parameters of a scenario, the drivers, the keyed random
numbers
and the state of January 2011. Every rule of the months that follow is written here again, one agent at a
time.

    core = BatikModel(settings, seed=1, scale=0.02)
    reference = ReferenceModel(core)
    core.step(); reference.step()        # in this order when there are policies: what they move is an input

Read `model.py` first (the month), then `person.py`, `owner.py`, `place.py` and `market.py`.
"""

from verification.reference.model import ReferenceModel as ReferenceModel
