package dev.longtake.tensor.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Single floats, fills and copies by address. */
final class Memory {

  /** All memory: addresses were checked when the tensors were made. */
  @SuppressWarnings("restricted")
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private Memory() {}

  static float get(long address) {
    return ALL.get(ValueLayout.JAVA_FLOAT, address);
  }

  static void set(long address, float value) {
    ALL.set(ValueLayout.JAVA_FLOAT, address, value);
  }

  static void copy(long out, long x, long byteCount) {
    MemorySegment.copy(ALL, x, ALL, out, byteCount);
  }
}
