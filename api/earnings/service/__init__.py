"""Reading earnings, settling days, writing statements and reports."""
