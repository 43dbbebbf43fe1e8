"""Recognise what the catalogue knows: references in calls, command lines and configs; draws and controls in `flow`."""
