"""Training on a machine with a GPU: processes draw shots all the time, the GPU holds them and
learns.

A stage counts training time; it keeps its state every few minutes and when its piece is over."""
