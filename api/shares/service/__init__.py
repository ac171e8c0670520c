"""Planning shares, bringing them to their end, having parts given back; whom they go to."""
