"""Simulate batik work in Pekalongan: who learns it, who stays, and what policies change that."""
