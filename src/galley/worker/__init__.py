"""What Galley does without being asked: recurring duties and long jobs."""
