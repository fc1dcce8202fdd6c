"""Owns how explanations look: pure functions from data to text, one per format. Leaves printing to `cli`."""
