"""What belongs to the page Train alone."""
