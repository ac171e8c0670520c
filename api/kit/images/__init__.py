"""Images from strangers: judged by their headers, decoded elsewhere, never kept as they came."""
