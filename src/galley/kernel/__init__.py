"""The kernel: records, outcomes, extensions, errors, ids, clocks and limits. No I/O, ever."""
