// A causal convolution over frames as a matrix product that gathers its left side on the way: every
// type, every size. The twin of conv_tensor.cu.
//
// Axes: x (T, H, W, C), past (P, H, W, C), weight (outputs, taps * kernelHeight * kernelWidth * C),
// out (T', H', W', outputs).
// Source: Backend.conv, ConvSpec.
#include "matrix_tile.cuh"
#include "pixels.cuh"

KERNEL(conv, 256, Product) {
  matrix_tile(a, [&](long long m, long long k) {
    const Pixel source = pixel(a, m, k);
    if (!source.at) {
      return 0.0f;
    }
    return a.x.bf16 ? widen(*(const Bf16*)source.at) : *(const float*)source.at;
  });
}
