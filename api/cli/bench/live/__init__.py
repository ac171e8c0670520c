"""`linli bench live`: how soon everybody on the line is told, beside bare WebSockets."""
