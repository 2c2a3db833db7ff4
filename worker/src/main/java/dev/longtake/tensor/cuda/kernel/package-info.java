/**
 * From kernel files to machine code in a device: the ways that a machine has (NVRTC, {@code nvcc},
 * PTX in the jar), what is kept on disk, and which of them a driver takes. Knows no driver's calls.
 * The {@code .cu} files lie one package above.
 */
@NullMarked
package dev.longtake.tensor.cuda.kernel;

import org.jspecify.annotations.NullMarked;
