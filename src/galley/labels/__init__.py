"""Labels: schemas and label types. Pure; everything that depends on the kind of a label is here and nowhere else."""
