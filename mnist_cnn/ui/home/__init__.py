"""What belongs to the page Home alone."""
