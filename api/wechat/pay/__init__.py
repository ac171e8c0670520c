"""WeChat Pay v3: our own thin client, and what its signatures and sealed bodies are made of."""
