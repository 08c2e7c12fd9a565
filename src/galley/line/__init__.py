"""The line: a recipe, parsed, checked and run stage after stage; the loops between stages."""
