"""Cairn: append-only signals in, trusted performance records out."""
