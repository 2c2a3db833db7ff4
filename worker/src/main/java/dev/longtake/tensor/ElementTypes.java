package dev.longtake.tensor;

/**
 * What a backend stores its numbers in. Small vectors that scale and shift are F32 everywhere.
 *
 * @param matrices matrices and kernels that it prepares
 * @param matricesInF32 those that its {@link Backend#inF32} prepares
 * @param activations tensors that are taken from a workspace without naming a type
 */
public record ElementTypes(DType matrices, DType matricesInF32, DType activations) {

  /** 32-bit floats throughout: any backend that was not asked for anything else. */
  public static final ElementTypes F32 = new ElementTypes(DType.F32, DType.F32, DType.F32);

  /** The processor in bf16. */
  public static final ElementTypes BF16_MATRICES =
      new ElementTypes(DType.BF16, DType.F32, DType.F32);

  /** A GPU in bf16. */
  public static final ElementTypes BF16 = new ElementTypes(DType.BF16, DType.BF16, DType.BF16);
}
