"""One person's desk: everything that waits for them and how they do, over all projects, in a fixed number of queries."""
