"""The clean stage: operators that keep, edit, split, merge, drop or fail each record, with a reason each time."""
