"""The built-in operators, one file each (or a small family)."""
