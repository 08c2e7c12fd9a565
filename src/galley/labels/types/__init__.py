"""The built-in label types, one file each."""
