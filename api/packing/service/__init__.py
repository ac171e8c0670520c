"""The acts of packing, by verb."""
