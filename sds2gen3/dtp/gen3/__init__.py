"""Records: made from an SDS dataset, sent to a commons, read from one."""
