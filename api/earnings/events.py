"""Events of earnings: a day that was settled, and that somebody else looked."""

from api.events.registry import declare

EARNINGS_READ = declare("earnings.read", "runner_id", "reason")
# ``amount_fen``: what was earned on that day.
SETTLEMENT_MADE = declare("settlement.made", "runner_id", "day", "amount_fen")
TAX_REPORT_EXPORTED = declare(
    "tax_report.exported", "quarter", "is_whole", "runners_count", "reason"
)
