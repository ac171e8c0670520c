"""What is made good of a cycle's goods: missing or spoilt ones, lots that are called back."""
