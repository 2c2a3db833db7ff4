/**
 * Tensors and the arithmetic a video model needs. {@link dev.longtake.tensor.Backend} is the only
 * thing model code sees; {@link dev.longtake.tensor.ReferenceBackend} is its definition in plain
 * loops, which every other backend must match (TensorOpsConformanceTest). Uses nothing but {@code
 * dev.longtake.error}.
 */
@NullMarked
package dev.longtake.tensor;

import org.jspecify.annotations.NullMarked;
