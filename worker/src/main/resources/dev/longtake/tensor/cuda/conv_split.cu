// A causal convolution of frames of 32-bit floats by bf16 weights on tensor cores, sm_80 and later.
// Its twin is conv.cu. conv_split_96 is for as many outputs as fill 96 better than 128.
//
// Axes as in conv.cu; x and past in 32-bit floats, weight in bf16, channels % 8 == 0.
// Source: Backend.conv.
#include "split_tile.cuh"
#include "pixels.cuh"

KERNEL_BESIDE(2, conv_split, 256, Product) { split_tile<4>(a, Pixels{a}); }

KERNEL_BESIDE(2, conv_split_96, 256, Product) { split_tile<3>(a, Pixels{a}); }
