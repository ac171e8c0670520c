"""What a community's ledgers are looked at for, across features, by its own timer."""
