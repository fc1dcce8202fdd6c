"""Owns the command `explain`: arguments, reading, printing, exit statuses. Leaves all answers to the rooms below."""
