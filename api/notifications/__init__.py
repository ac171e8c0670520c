"""Who is told what: the inbox first, then, where somebody wished it, a message in WeChat."""
