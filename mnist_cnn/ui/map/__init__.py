"""What belongs to the page Map alone."""
