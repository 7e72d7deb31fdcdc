"""For the teacher: a class that follows one screen, with its code and address for the board."""

from __future__ import annotations

from batiksim.app.page import Page

PAGE = Page("teacher", ("/teacher",))
