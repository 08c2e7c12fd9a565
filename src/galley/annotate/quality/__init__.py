"""Quality control of people as independent rules: a collector reads, a condition judges, actions follow and explain."""
