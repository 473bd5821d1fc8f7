"""A second conforming lifecycle, to find out whether the suite accuses without ground.

It is written from the platform specification, the OCI specifications and buildpacks/lifecycle#435 alone, and shares no
code with the reference lifecycle, with fixtures or with suites: where two minds read a text differently and the suite
knows only one of the readings, this one is accused. Where the texts leave freedom it goes another way than the
reference, and where there are several such ways, SECOND_LIFECYCLE chooses (see ways.py).
"""
