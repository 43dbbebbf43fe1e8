"""The page of a review: one HTML file that needs nothing but itself.

Promises: no address is asked for, no other script or style can run, and it reads in light and dark, on paper, by keyboard and by
screen reader. Refuses to know: how a review came about.
"""
