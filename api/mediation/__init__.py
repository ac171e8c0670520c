"""Cases: quarrels on their way to an agreement. So far its rules, which need no database."""
