"""Gathers what a support ticket needs: the error, its request, its time, the clock. Sends nothing."""
