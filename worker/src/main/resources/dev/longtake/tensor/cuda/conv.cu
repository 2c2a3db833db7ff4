// A causal convolution over frames as a matrix product that gathers its left side on the way: every
// type, every size. The twin of conv_tensor.cu.
//
// Axes: x (T, H, W, C), past (P, H, W, C), weight (outputs, taps * kernelHeight * kernelWidth * C),
// out (T', H', W', outputs).
// Source: Backend.conv, ConvSpec.
#include "matrix_tile.cuh"
#include "pixels.cuh"

// Pixels as numbers.
struct Gathered : Pixels {
  DEVICE_MEMBER float value(const Row& row, const Term& term) const {
    const char* source = at(row, term);
    if (!source) {
      return 0.0f;
    }
    return a.x.bf16 ? widen(*(const Bf16*)source) : *(const float*)source;
  }
};

KERNEL_BESIDE(3, conv, 256, Product) { matrix_tile(a, Gathered{{a}}); }
