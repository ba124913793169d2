"""A bureau's months, made up from a seed: ten actors, a clock that jumps, a program that is killed, a disk that is
full, a log that is damaged. After each step what the store says is held against plain Python.

`python -m tests.simulator --seed N --months K` plays one seed; a failure prints the line that repeats it.
"""
