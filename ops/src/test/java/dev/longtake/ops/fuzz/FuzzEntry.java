package dev.longtake.ops.fuzz;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;

/** Where Jazzer, which looks for it by this name of its method, hands over what it has made. */
public final class FuzzEntry {

  static final String TARGET = "longtake.fuzz.target";

  private static final FuzzTarget CHOSEN = chosen();

  private FuzzEntry() {}

  private static FuzzTarget chosen() {
    String name = requireNonNull(System.getProperty(TARGET), TARGET);
    try {
      return FuzzTargets.in(Files.createTempDirectory("fuzz")).stream()
          .filter(target -> target.name().equals(name))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException(name));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Loads what is needed, which takes a while once everything is measured. */
  public static void fuzzerInitialize() throws Exception {
    for (byte[] input : Inputs.of(CHOSEN)) {
      CHOSEN.check(input);
    }
  }

  /** Tries one input; what is thrown is a finding. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    CHOSEN.check(input);
  }
}
