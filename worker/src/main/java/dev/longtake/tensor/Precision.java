package dev.longtake.tensor;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.words.Word;

/** What activations and matrices are stored in. Sums are 32-bit floats in either. */
public enum Precision implements Word {
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

  /**
   * The precision of this word, as in options and engine classes: {@code bf16}.
   *
   * @throws LongtakeException {@code CONFIGURATION_INVALID} if there is none
   */
  public static Precision parse(String word) {
    return Word.read(Precision.class, word)
        .orElseThrow(
            () ->
                new LongtakeException(
                    ErrorCode.CONFIGURATION_INVALID,
                    "precision: expected %s, found \"%s\""
                        .formatted(Word.listing(Precision.class), word)));
  }
}
