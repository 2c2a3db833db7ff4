// What every kernel stands on: tensors of either element type, conversions, sums over a block.
//
// A kernel takes one struct `a` of 8-byte fields, so that the caller can lay it out without knowing
// C++. It is written with KERNEL(name, threads, Struct), runs in one-dimensional blocks of at most
// `threads`, a multiple of 32, and every thread reaches every barrier. Nothing is included: the
// runtime compiler has no headers. A host emulation defines the same words (see HostEmulation).
//
// Sources: CUDA C++ Programming Guide; PTX ISA, "Matrix fragments for mma.m16n8k16", "ldmatrix",
// "cp.async".

#ifndef LONGTAKE_EMULATION
#define KERNEL(name, threads, Arguments) \
  extern "C" __global__ void __launch_bounds__(threads) name(const Arguments a)
// With registers for this many blocks on a multiprocessor.
#define KERNEL_BESIDE(blocks, name, threads, Arguments) \
  extern "C" __global__ void __launch_bounds__(threads, blocks) name(const Arguments a)
#endif

#define DEVICE static __device__ __forceinline__
#define DEVICE_MEMBER __device__ __forceinline__

typedef unsigned short Bf16;

// A tensor: where it lies and whether its elements are bf16 (1) or 32-bit floats (0).
struct View {
  void* at;
  long long bf16;
};

DEVICE float widen(Bf16 x) { return __uint_as_float((unsigned)x << 16); }

// Nearest, ties to even; a NaN stays one.
DEVICE Bf16 narrow(float x) {
  unsigned bits = __float_as_uint(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) {
    return (Bf16)((bits >> 16) | 64u);
  }
  return (Bf16)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

// Two numbers as the pair that a register of a matrix fragment holds, the first in the low half.
DEVICE unsigned pack(float low, float high) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  unsigned pair;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  return pair;
#else
  return (unsigned)narrow(low) | ((unsigned)narrow(high) << 16);
#endif
}

DEVICE float load(View x, long long i) {
  return x.bf16 ? widen(((const Bf16*)x.at)[i]) : ((const float*)x.at)[i];
}

DEVICE void store(View x, long long i, float value) {
  if (x.bf16) {
    ((Bf16*)x.at)[i] = narrow(value);
  } else {
    ((float*)x.at)[i] = value;
  }
}

// Whether neighbours, `count` of them from a multiple of it on, can be moved as one: a power of 2,
// of 16 bytes at most.
DEVICE bool moves_by(View x, int count) {
  return (unsigned long long)x.at % (count * (x.bf16 ? 2 : 4)) == 0;
}

struct __align__(8) Two {
  float of[2];
};

struct __align__(16) Four {
  float of[4];
};

struct __align__(8) FourBf16 {
  unsigned pair[2];
};

// Two neighbours at an even i, of a tensor that moves by 2.
DEVICE void store_two(View x, long long i, float first, float second) {
  if (x.bf16) {
    *(unsigned*)((Bf16*)x.at + i) = pack(first, second);
  } else {
    const Two two = {{first, second}};
    *(Two*)((float*)x.at + i) = two;
  }
}

// Four neighbours at a multiple of 4, of a tensor that moves by 4.
DEVICE Four load_four(View x, long long i) {
  if (!x.bf16) {
    return *(const Four*)((const float*)x.at + i);
  }
  const FourBf16 from = *(const FourBf16*)((const Bf16*)x.at + i);
  const Four four = {{widen((Bf16)from.pair[0]), widen((Bf16)(from.pair[0] >> 16)),
                      widen((Bf16)from.pair[1]), widen((Bf16)(from.pair[1] >> 16))}};
  return four;
}

DEVICE void store_four(View x, long long i, const Four& four) {
  if (x.bf16) {
    const FourBf16 to = {{pack(four.of[0], four.of[1]), pack(four.of[2], four.of[3])}};
    *(FourBf16*)((Bf16*)x.at + i) = to;
  } else {
    *(Four*)((float*)x.at + i) = four;
  }
}

// 0: the number itself, 1: SiLU, 2: GELU in its tanh form. The order of the Java enum.
DEVICE float activated(float x, long long activation) {
  if (activation == 1) {
    return x / (1.0f + expf(-x));
  }
  if (activation == 2) {
    return 0.5f * x * (1.0f + tanhf(0.7978845608028654f * (x + 0.044715f * x * x * x)));
  }
  return x;
}

// The sum over all lanes of the warp, the same on each of them. The order is fixed.
DEVICE float warp_sum(float x) {
  for (int distance = 16; distance > 0; distance >>= 1) {
    x += __shfl_xor_sync(0xffffffffu, x, distance);
  }
  return x;
}

// The same over all threads of the block.
DEVICE float block_sum(float x) {
  __shared__ float partial[32];
  x = warp_sum(x);
  __syncthreads();
  if (threadIdx.x % 32 == 0) {
    partial[threadIdx.x / 32] = x;
  }
  __syncthreads();
  float sum = 0.0f;
  for (int warp = 0; warp < (int)blockDim.x / 32; warp++) {
    sum += partial[warp];
  }
  return sum;
}

// Four numbers of `x` from `first + d` on, or one and zeros where rows do not move by fours.
DEVICE Four load_row(View x, long long first, int d, bool byFour) {
  if (byFour) {
    return load_four(x, first + d);
  }
  const Four one = {{load(x, first + d), 0.0f, 0.0f, 0.0f}};
  return one;
}

// Calls of(d, four numbers of `x` from `first + d` on) for this thread's share of a row, or with one
// number and zeros where rows do not move by fours. Whoever adds them adds in the same order.
template <class Of>
DEVICE void along_row(View x, long long first, int length, bool byFour, Of of) {
  const int width = byFour ? 4 : 1;
  for (int d = threadIdx.x * width; d < length; d += blockDim.x * width) {
    of(d, load_row(x, first, d, byFour));
  }
}

DEVICE void store_row(View out, long long first, int d, bool byFour, const Four& four) {
  if (byFour) {
    store_four(out, first + d, four);
  } else {
    store(out, first + d, four.of[0]);
  }
}

// Whether a row of a length and what belongs to it move by fours.
DEVICE bool rows_by_four(View x, int length) { return length % 4 == 0 && moves_by(x, 4); }
