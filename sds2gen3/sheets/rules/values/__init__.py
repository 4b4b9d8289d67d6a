"""Values: what a text is worth as an identifier, a date, a quantity, a licence. They know nothing of sheets."""
