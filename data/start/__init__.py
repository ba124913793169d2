"""The first days: what is still to be set up, and what the first month will bring."""
