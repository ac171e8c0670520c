"""WeChat Pay: vectors, client, stand-in."""
