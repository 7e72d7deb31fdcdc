"""Policies: one file a family; importing this package registers every kind that ships with batiksim."""

from importlib import import_module
from pkgutil import iter_modules

for _family in sorted(module.name for module in iter_modules(__path__)):
    import_module(f"{__name__}.{_family}")
