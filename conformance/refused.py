"""What a command refuses: said in one line, as wrong usage."""


class Refused(Exception):
    """What was asked for can't be done; the message says why, in one line."""
