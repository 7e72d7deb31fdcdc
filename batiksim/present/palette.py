"""The colours that pictures of the report, the app and the docs share, and what tells policies apart."""

from __future__ import annotations

# Indigo and soga brown, the two old dyes of batik: apart in hue and lightness, also for the colour-blind.
INDIGO, SOGA, INK, PALE = "#1f4e8c", "#b35a1f", "#2b2b2b", "#6f6f6f"
# Two more for a third and a fourth policy: leaf green and mengkudu red.
LEAF, MENGKUDU = "#178070", "#8f3b76"
PAPER = "#fffdf8"
# A fill that letters can be read on: what is neither craft nor policy.
SAGE = "#a9b8b0"
# The baseline is grey; policies take these in turn.
COLOURS = (INDIGO, SOGA, LEAF, MENGKUDU)
