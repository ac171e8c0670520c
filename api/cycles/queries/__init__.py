"""SQL of cycles."""
