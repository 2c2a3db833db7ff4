// The matrix products of four warps together, which read their right side from shared memory by
// themselves: sm_90a alone. A host emulation defines the same functions from what the PTX ISA says.
//
// The left side (64 x 16) and the sums (64 x 64) lie in registers: those of a warp are 16 rows, with
// fragments as in fragments.cuh, eight of sums side by side. The right side is 128 bytes wide, rows
// below each other from a multiple of 1024 bytes on, and the 16 bytes of place c of row r lie at place
// c ^ r % 8. What is started must be waited for before its sums are read, its left side is changed or
// its right side is overwritten.
// Source: PTX ISA, "wgmma.mma_async", "Matrix descriptor", "Strides", "fence.proxy".

#ifndef LONGTAKE_EMULATION
// Where a right side begins, as the instruction wants it: the address, 1024 bytes from eight rows to
// the next eight, and the places permuted over 128 bytes, all lengths in 16 bytes.
typedef unsigned long long SharedMatrix;

DEVICE SharedMatrix shared_matrix(const void* at) {
  return (1ULL << 62) | (64ULL << 32) | (1ULL << 16) | ((shared_address(at) & 0x3ffff) >> 4);
}

DEVICE SharedMatrix further(SharedMatrix matrix, int bytes) { return matrix + bytes / 16; }

// Lets what this thread has written to shared memory be seen by products started after a barrier.
DEVICE void shared_publish() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }

// Keeps the compiler from moving what is done to registers past here: products in flight use them
// without its knowledge.
template <int FRAGMENTS>
DEVICE void settle(float (*sums)[4]) {
#pragma unroll
  for (int i = 0; i < FRAGMENTS; i++) {
    asm volatile(""
                 : "+f"(sums[i][0]), "+f"(sums[i][1]), "+f"(sums[i][2]), "+f"(sums[i][3])::"memory");
  }
}

template <int FRAGMENTS>
DEVICE void settle(unsigned (*left)[2]) {
#pragma unroll
  for (int i = 0; i < FRAGMENTS; i++) {
    asm volatile("" : "+r"(left[i][0]), "+r"(left[i][1])::"memory");
  }
}

// Goes before the first product that is started after its registers, settled, were written.
DEVICE void product_ready() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }

// Starts sums = left * right, or sums += left * right. A row of the right side is an output with its
// terms (16 of 64), or with `ACROSS` a term with its 64 outputs.
template <bool ACROSS>
DEVICE void product_start(float (*sums)[4], const unsigned* left, SharedMatrix right, bool adds) {
  asm volatile(
      "{\n"
      ".reg .pred adds;\n"
      "setp.ne.b32 adds, %37, 0;\n"
      "wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 {"
      "%0, %1, %2, %3, %4, %5, %6, %7, "
      "%8, %9, %10, %11, %12, %13, %14, %15, "
      "%16, %17, %18, %19, %20, %21, %22, %23, "
      "%24, %25, %26, %27, %28, %29, %30, %31}, "
      "{%32, %33, %34, %35}, %36, adds, 1, 1, %38;\n"
      "}"
      : "+f"(sums[0][0]), "+f"(sums[0][1]), "+f"(sums[0][2]), "+f"(sums[0][3]),
        "+f"(sums[1][0]), "+f"(sums[1][1]), "+f"(sums[1][2]), "+f"(sums[1][3]),
        "+f"(sums[2][0]), "+f"(sums[2][1]), "+f"(sums[2][2]), "+f"(sums[2][3]),
        "+f"(sums[3][0]), "+f"(sums[3][1]), "+f"(sums[3][2]), "+f"(sums[3][3]),
        "+f"(sums[4][0]), "+f"(sums[4][1]), "+f"(sums[4][2]), "+f"(sums[4][3]),
        "+f"(sums[5][0]), "+f"(sums[5][1]), "+f"(sums[5][2]), "+f"(sums[5][3]),
        "+f"(sums[6][0]), "+f"(sums[6][1]), "+f"(sums[6][2]), "+f"(sums[6][3]),
        "+f"(sums[7][0]), "+f"(sums[7][1]), "+f"(sums[7][2]), "+f"(sums[7][3])
      : "r"(left[0]), "r"(left[1]), "r"(left[2]), "r"(left[3]), "l"(right), "r"((int)adds),
        "n"(ACROSS ? 1 : 0)
      : "memory");
}

// Ends a group of products.
DEVICE void product_commit() { asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory"); }

// Waits for all groups. What they used has to be settled before it is touched.
DEVICE void product_wait() { asm volatile("wgmma.wait_group.sync.aligned 0;" ::: "memory"); }
#endif
