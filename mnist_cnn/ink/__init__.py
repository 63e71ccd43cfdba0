"""Ink: from a drawing or a picture to the images that a network takes."""
