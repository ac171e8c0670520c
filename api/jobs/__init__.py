"""The physical work: job, stops, proof, codes."""
