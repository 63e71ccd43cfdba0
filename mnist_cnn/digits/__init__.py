"""Digits to learn from: datasets, pen strokes, drawings that are no digit, the class's own."""
