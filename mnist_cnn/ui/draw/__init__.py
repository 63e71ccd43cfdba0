"""What belongs to the page Draw alone."""
