"""The catalogue: every text that a page shows, once per language."""
