"""What arrives from outside: the gate, archives, quotas, and the processes that read files."""
