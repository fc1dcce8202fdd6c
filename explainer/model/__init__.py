"""Owns the types that cross boundaries: documents in `rules/`, the compiled index, the answers. Computes nothing."""
