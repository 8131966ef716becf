"""Validates what browsers send; never saves."""
