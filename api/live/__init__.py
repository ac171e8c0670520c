"""`/v1/live`: what changed, told as it happens, over WebSocket and as server-sent events."""
