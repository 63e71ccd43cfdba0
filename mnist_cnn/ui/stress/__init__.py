"""What belongs to the page Stress alone."""
