"""What WeChat Pay notifies us of: its two doors, and the durable inbox behind them."""
