"""What belongs to the page Learn alone."""
