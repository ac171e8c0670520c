"""Dispatch: who is offered what, and in which order to walk it; pure functions on arrays.

``solving.solve`` takes a moment (`snapshot.py`) and an objective (`objective.py`, data) and returns
offers and moves. It knows no clock, no database and no chance: the same moment gives the same
answer. Nothing is imported here, as who only reads objectives or sentences needs no arrays.
"""
