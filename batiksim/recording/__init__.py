"""What is measured every month: indicators and tables."""
