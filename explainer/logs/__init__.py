"""Finds errors in logs of any size: reads bytes, sieves them, asks the engine, and counts."""
