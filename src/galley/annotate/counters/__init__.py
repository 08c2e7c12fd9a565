"""Totals folded from what happened: progress, people, hours, a finish date, and the explorer's index of items."""
