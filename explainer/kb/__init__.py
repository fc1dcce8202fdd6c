"""Owns the way from YAML files to the compiled knowledge base: reading, checking, compiling, storing.

Leaves matching to `match`.
"""
