"""Owns the types that cross boundaries: the documents in `rules/`, the compiled index, the answers. Leaves every computation to others."""
