"""The rules of the model: pure functions of arrays, one file a subject, each beside its equation.

Rules know numpy, numba and the keyed random streams; they never see the model, Mesa or a file.
"""
