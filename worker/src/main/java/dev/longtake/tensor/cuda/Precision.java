package dev.longtake.tensor.cuda;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.DType;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What activations and matrices are stored in. Sums are 32-bit floats in either. */
public enum Precision {
  /** 32-bit floats throughout, on any device. */
  F32(DType.F32),
  /** Activations and matrices in bf16; the small vectors that scale and shift stay F32. */
  BF16(DType.BF16);

  private final DType dtype;

  Precision(DType dtype) {
    this.dtype = dtype;
  }

  /** The element type of activations. */
  public DType dtype() {
    return dtype;
  }

  /** As in options and engine classes: {@code bf16}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The precision of this name.
   *
   * @throws LongtakeException {@code CONFIGURATION_INVALID} if there is none
   */
  public static Precision parse(String label) {
    return Arrays.stream(values())
        .filter(it -> it.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new LongtakeException(
                    ErrorCode.CONFIGURATION_INVALID,
                    "precision: expected %s, found \"%s\""
                        .formatted(
                            Arrays.stream(values())
                                .map(Precision::label)
                                .collect(Collectors.joining(" or ")),
                            label)));
  }
}
