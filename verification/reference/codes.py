"""Stages, presence, task groups, tiers, audiences and components as plain whole numbers, as the columns hold
them.
"""

from __future__ import annotations

SCHOOL, SEEKING, BATIK, GARMENT, OTHER, HOME, OWNER, RETIRED = range(8)
FUTURE, SIMULATED, SETTLED, GONE = range(4)
HAND, STAMP = GROUPS = (0, 1)
JUNIOR, SENIOR, TERTIARY = range(3)
WOMAN, MAN = SEXES = (0, 1)
NO_TIER, DIRECT, BROKER, TWO_TIER = -1, 0, 1, 2
YOUTH, DIRECT_WORKERS, CASUAL_WORKERS, OWNERS, MEMBERS = AUDIENCES = range(5)
INFORMATION, SKILLS, CAPITAL, BARGAINING, TOGETHERNESS = COMPONENTS = range(5)
COMPONENT_NAMES = ("information", "skills", "capital", "bargaining", "togetherness")
STAKEHOLDERS = ("craft", "government", "private", "finance", "academia", "associations")

YEAR = 12
