package dev.longtake.tensor;

/**
 * The matrix {@code (outputCount, inputCount)} and bias of a linear map, in the form its backend
 * likes best. Lives as long as the backend; only the backend that made it can use it.
 */
public interface LinearWeight {
  /** Length of a row of the input. */
  int inputCount();

  /** Length of a row of the result. */
  int outputCount();
}
