"""The month in one picture, to be pasted into a group chat."""
