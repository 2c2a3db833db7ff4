"""The wide world of the second toybox: nine animals and three things in nine places, in any light,
weather and style. It draws with the small world's painters (`training.animals`, `training.places`)
and its own; nothing of the small world depends on it."""
