"""What a unit has to do: what it owes, what came back, which figures want an answer."""
