"""The ledger: who said what about which version; statements, signatures and the append-only transparency log."""
