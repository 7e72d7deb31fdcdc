"""The state of one region: columns, market, committees, levers and what policies decided."""
