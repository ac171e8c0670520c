"""An account that takes over what staff enrolled for its owner."""
