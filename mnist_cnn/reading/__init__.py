"""Reading: what a trained network says of images, how sure it is, and why."""
