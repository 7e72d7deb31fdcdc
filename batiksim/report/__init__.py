"""Reports: figures and pages made from finished runs."""
