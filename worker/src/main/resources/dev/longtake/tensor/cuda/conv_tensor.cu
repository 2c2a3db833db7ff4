// A causal convolution of bf16 frames on tensor cores, sm_80 and later. Its twin is conv.cu.
//
// Axes as in conv.cu; x, past and weight in bf16, channels % 8 == 0, so that 8 neighbouring terms
// are neighbouring channels of one pixel.
// Source: Backend.conv.
#include "tensor_tile.cuh"
#include "pixels.cuh"

KERNEL_BESIDE(2, conv_tensor, 256, Product) { tensor_tile(a, Pixels{a}); }
