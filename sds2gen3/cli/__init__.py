"""The command line: thin, one file per command. Only here are results printed and exit codes chosen."""
