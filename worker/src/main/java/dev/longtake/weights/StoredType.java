package dev.longtake.weights;

import dev.longtake.tensor.DType;
import org.jspecify.annotations.Nullable;

/** What a safetensors file may store; only three of them are ever computed with. */
enum StoredType {
  F32(4, DType.F32),
  F16(2, DType.F16),
  BF16(2, DType.BF16),
  F64(8, null),
  I64(8, null),
  I32(4, null),
  I16(2, null),
  I8(1, null),
  U64(8, null),
  U32(4, null),
  U16(2, null),
  U8(1, null),
  BOOL(1, null),
  F8_E4M3(1, null),
  F8_E5M2(1, null);

  private final int bytes;
  private final @Nullable DType dtype;

  StoredType(int bytes, @Nullable DType dtype) {
    this.bytes = bytes;
    this.dtype = dtype;
  }

  /** Bytes per element. */
  int bytes() {
    return bytes;
  }

  /** The dtype a model sees, or null if models cannot use this one. */
  @Nullable DType dtype() {
    return dtype;
  }

  static @Nullable StoredType byName(String name) {
    for (StoredType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    return null;
  }
}
