package dev.longtake.plan;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How the flow is integrated over the denoise steps. */
public enum Solver {
  EULER,
  /** UniPC of order 2. */
  UNIPC;

  /** As written in configuration and on the wire: {@code unipc}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The solver with this {@link #word}. */
  public static Optional<Solver> fromWord(String word) {
    return Arrays.stream(values()).filter(solver -> solver.word().equals(word)).findFirst();
  }
}
