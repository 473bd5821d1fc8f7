"""What people and gates read: the model of verdicts, and the reports that subscribe to a run.

Nothing of ours is imported here: `conformance` hands in plain values. A report is one file, and one line in `every.py`.
"""
