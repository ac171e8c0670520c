"""Office, community, grid, compound, building; settings; points in GCJ-02."""
