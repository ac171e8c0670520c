"""From the cut-off of a cycle to the door: sorting, bagging, what is short, what leaves."""
