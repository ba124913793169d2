"""Figures by subject, built by hand from plotly.graph_objects. Frames in, figures out; the words come as `t`."""
