"""Owns the way from text to explanations: signals, candidates, rank, facts, fill, mask. Does no input or output."""
