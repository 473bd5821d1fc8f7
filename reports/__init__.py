"""What people and gates read: the model of verdicts, and its writers (results.json, JUnit, terminal).

Nothing of ours is imported here: ``conftest.py`` hands in plain values.
"""
