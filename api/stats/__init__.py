"""Figures of a community: orders by day, how long they took by hour, how points are spread."""
