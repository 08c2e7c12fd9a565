"""The way of an item through a project: a graph of stages, and the duty that moves items along it."""
