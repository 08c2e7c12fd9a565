"""The connectors that come with Galley, one file each."""
