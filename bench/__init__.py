"""Budgets of speed and memory, and what measures them; `make bench` runs it. Nothing here judges a lifecycle."""
