"""The commands, a module for each group of them; each adds itself to the app in one language."""
