"""Lists of people: the .xlsx that goes out and comes back."""
