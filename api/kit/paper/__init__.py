"""Paper: A4 documents and labels as PDF, in Chinese; the same words give the same bytes."""
