// The instructions of the tensor cores that the bf16 kernels use, sm_80 and later. A host emulation
// defines the same functions from the layouts that the PTX ISA describes.
//
// Fragments, with g = lane / 4 and t = lane % 4, two numbers a register, the first in the low half:
// left (16 x 16)  0: (g, 2t)  1: (g + 8, 2t)  2: (g, 2t + 8)  3: (g + 8, 2t + 8)
// right (16 x 8)  0: (k = 2t, n = g)  1: (k = 2t + 8, n = g)
// sums (16 x 8)   0, 1: (g, 2t), (g, 2t + 1)  2, 3: (g + 8, 2t), (g + 8, 2t + 1)
// Source: PTX ISA, "Matrix fragments for mma.m16n8k16 with floating point type", "ldmatrix",
// "cp.async", "ex2".

#ifndef LONGTAKE_EMULATION
// sums += left * right.
DEVICE void multiply_fragments(float* sums, const unsigned* left, unsigned right0, unsigned right1) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
      : "r"(left[0]), "r"(left[1]), "r"(left[2]), "r"(left[3]), "r"(right0), "r"(right1));
}

DEVICE unsigned shared_address(const void* at) { return (unsigned)__cvta_generic_to_shared(at); }

// Four 8 x 8 matrices; lane 8 i + r names row r of matrix i, 16 bytes. A lane gets of matrix i the
// numbers 2t and 2t + 1 of row g.
DEVICE void load_matrices(unsigned* to, const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(shared_address(row))
               : "memory");
}

// The same of the transposed matrices: rows 2t and 2t + 1, number g.
DEVICE void load_transposed(unsigned* to, const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(shared_address(row))
               : "memory");
}

// Starts copying 16 bytes from device to shared memory; zeros instead if not `inside`.
DEVICE void copy_start(void* to, const void* from, bool inside) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(to)), "l"(from),
               "r"(inside ? 16 : 0)
               : "memory");
}

// 2 to the power of x within 2 units of the last place; 0 for what would be subnormal.
DEVICE float power_of_two(float x) {
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

// Whether it holds for a lane of the warp; all of them ask.
DEVICE bool any_lane(bool it) { return __any_sync(0xffffffffu, it); }

// Ends a group of copies.
DEVICE void copy_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }

// Waits until at most `groups` of this thread's groups are under way.
template <int groups>
DEVICE void copy_wait() {
  asm volatile("cp.async.wait_group %0;" ::"n"(groups) : "memory");
}
#endif
