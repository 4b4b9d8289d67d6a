"""What an SDS version asks of the sheets: which version it is, what must be filled in, how it must read, what it may refer to."""
