"""Where WeChat stands: the gateway protocols, the real mini-program, the payment sandbox."""
