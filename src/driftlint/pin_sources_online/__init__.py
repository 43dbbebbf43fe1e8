"""Pins that services name: asked only when a user says so, one module a service.

Promises: what is sent are names, versions and revisions that the repo names, to the service that holds them, one question
after the other; no failure ends a run. Refuses to know: findings, and how a pin is written.
"""
