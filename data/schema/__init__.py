"""The schema of the store as a sequence of numbered steps, and how a store is brought to the newest."""
