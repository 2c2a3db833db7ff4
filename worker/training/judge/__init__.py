"""Does a film show what was asked? Small classifiers, trained on the world's own drawings, say what
they see in a checkpoint's films and, as the ceiling, in held-out drawings."""
