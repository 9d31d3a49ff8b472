"""Pages to look at: phones, conversations, switches. Everything received is text, never markup."""
