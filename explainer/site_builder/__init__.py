"""Builds the static help site from the rules, the templates and the content of `site/`."""
