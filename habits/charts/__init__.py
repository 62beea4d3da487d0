"""Geometry of the charts: plain numbers in, SVG attributes out. What they look like is the sheet's business."""
