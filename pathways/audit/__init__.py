"""The record of every change: the one door for writes, the guard behind it, and the story read back."""
