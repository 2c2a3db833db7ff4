/**
 * The backend for processors: matrix products and convolutions by oneDNN, everything else by the
 * Vector API, on a fixed number of threads. The only package that touches either. Uses {@code
 * dev.longtake.tensor} and {@code dev.longtake.error}.
 */
@NullMarked
package dev.longtake.tensor.cpu;

import org.jspecify.annotations.NullMarked;
