"""Parameters and what reads them: strict YAML, dated values, units, and mistakes with line and column."""
