package dev.longtake.tensor.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/** A library with cuBLASLt's interface that computes on the processor; see its source. */
@SuppressWarnings("restricted") // Opens what it has just compiled.
final class CublasLtStandIn {

  private static final class Holder {
    static final Path FILE = HostEmulation.compile("cublaslt_stand_in");
    static final SymbolLookup SYMBOLS = SymbolLookup.libraryLookup(FILE, Arena.global());
  }

  private CublasLtStandIn() {}

  /** Opens it as the real one is opened. */
  static CublasLt open() {
    return CublasLt.open(List.of(Holder.FILE.toString())).orElseThrow();
  }

  /** Handles and descriptors that were made and not destroyed, of all libraries opened. */
  static int alive() {
    return counter("alive").get(ValueLayout.JAVA_INT, 0);
  }

  /** How often an algorithm was chosen. */
  static int choices() {
    return counter("choices").get(ValueLayout.JAVA_INT, 0);
  }

  /** How many products were computed. */
  static int products() {
    return counter("products").get(ValueLayout.JAVA_INT, 0);
  }

  /** Lets it know an algorithm for nothing, or again for everything. */
  static void setRefuses(boolean refuses) {
    counter("refuses").set(ValueLayout.JAVA_INT, 0, refuses ? 1 : 0);
  }

  private static MemorySegment counter(String name) {
    return Holder.SYMBOLS.find("stand_in_" + name).orElseThrow().reinterpret(Integer.BYTES);
  }
}
