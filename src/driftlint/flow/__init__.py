"""What happens on the way from an entry point: draws, seeds, switches, in order.

`calls` says what one call means for random numbers, `graph` compiles bodies, `walk` follows a program, `entries` finds programs.
"""
