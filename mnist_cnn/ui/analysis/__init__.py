"""What belongs to the page Analysis alone."""
