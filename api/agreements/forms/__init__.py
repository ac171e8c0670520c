"""The official forms of a case (司发通〔2010〕239号): facts in, sheets out. Pure."""
