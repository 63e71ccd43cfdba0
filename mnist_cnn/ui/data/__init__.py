"""What belongs to the page Data alone."""
