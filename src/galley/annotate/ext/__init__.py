"""Built-in extensions of the annotate stage, one file each."""
