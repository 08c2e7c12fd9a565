"""The annotate stage: people, models and imported labels answer from one queue; consensus makes one label of several."""
