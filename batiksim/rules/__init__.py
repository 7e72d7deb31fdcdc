"""The rules of the model: pure functions of arrays, one file a subject, each beside its equation.

Rules know numpy and numba only; `batiksim.kernels` has the passes that apply them to everybody.
"""
