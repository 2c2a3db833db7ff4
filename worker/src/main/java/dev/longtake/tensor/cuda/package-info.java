/**
 * The backend for NVIDIA GPUs: {@link dev.longtake.tensor.cuda.CudaBackend} computes through {@link
 * dev.longtake.tensor.cuda.CudaDriver}, whose implementation on JCuda is the only user of {@code
 * jcuda}. Kernels are {@code .cu} files beside the classes, compiled for the device that is there.
 * Uses {@code dev.longtake.tensor} and {@code dev.longtake.error} only.
 */
@NullMarked
package dev.longtake.tensor.cuda;

import org.jspecify.annotations.NullMarked;
