"""Taking a file in: opened, read, recorded, and answered with a receipt."""
