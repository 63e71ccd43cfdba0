"""What belongs to the page Class alone."""
