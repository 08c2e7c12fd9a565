"""A Merkle tree root in logarithmic memory: entries come one by one, only the roots of full subtrees are kept."""

from galley.kernel.merkle import EMPTY_ROOT, leaf_hash, node_hash

__all__ = ["RootBuilder"]


class RootBuilder:
    """RFC 6962 root of a stream of entries; equals `kernel.merkle.tree_root` of their list."""

    def __init__(self) -> None:
        self.size = 0
        self._stack: list[bytes] = []  # roots of full subtrees, largest first: one for every 1 bit of size

    def add(self, entry: bytes) -> None:
        """Append one entry (not yet hashed)."""
        node = leaf_hash(entry)
        size = self.size
        while size & 1:
            node = node_hash(self._stack.pop(), node)
            size >>= 1
        self._stack.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root of what was added so far."""
        if not self._stack:
            return EMPTY_ROOT
        node = self._stack[-1]
        for left in reversed(self._stack[:-1]):
            node = node_hash(left, node)
        return node
