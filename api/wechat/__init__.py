"""Where WeChat stands: the gateway protocol and its sandbox."""
