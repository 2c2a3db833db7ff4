// The words of CUDA C++ that the kernels use, for a C++ compiler without CUDA.
//
// Blocks run one after the other. The threads of a block are fibers on one thread of the machine,
// resumed in turn; one that waits at a barrier gives up its turn until all of the warp or of the
// block have arrived. If a whole round brings nothing forward, the kernel's threads disagree about
// barriers, and the launch fails. Copies to shared memory happen when they are waited for, not when
// they are started, and what lies there meanwhile is a NaN: a missing wait gives a wrong result.
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#if !defined(__x86_64__)
#include <ucontext.h>
#endif

#define LONGTAKE_EMULATION 1
#define __device__
#define __forceinline__ inline __attribute__((always_inline))
#define __shared__ static
#define __align__(bytes) __attribute__((aligned(bytes)))
#define KERNEL(name, threads, Arguments)                                                     \
  static void name##_body(const Arguments& a);                                               \
  extern "C" void name(const void* a) { name##_body(*(const Arguments*)a); }                 \
  static void name##_body(const Arguments& a)
#define KERNEL_BESIDE(blocks, name, threads, Arguments) KERNEL(name, threads, Arguments)

struct Index {
  unsigned x, y, z;
};
extern "C" {
Index threadIdx, blockIdx, blockDim, gridDim;
}

namespace emulation {

enum { THREADS_MAX = 1024, STACK_BYTES = 256 * 1024, COPIES_MAX = 256, PRODUCTS_MAX = 32 };

struct Copy {
  void* to;
  const void* from;
  bool inside;
  int group;
};

// A product of a warp group, as far as one lane's sums go: two rows of the left side by the columns of
// a fragment.
struct Started {
  float (*sums)[4];
  float left[2][16];
  const char* right;
  bool across, adds;
};

struct Barrier {
  unsigned arrived, generation;
};

struct Fiber {
  void* stackPointer;
  bool done;
  unsigned phase;
  int copies, group;
  Copy copy[COPIES_MAX];
  // Whether copies have come that products are not to see yet, and registers are ready for them.
  bool unpublished, ready;
  int products, committed;
  Started product[PRODUCTS_MAX];
#if !defined(__x86_64__)
  ucontext_t context;
#endif
};

static Fiber fibers[THREADS_MAX];
static char* stacks;
static int current, threads;
static long progress;
static Barrier block, warps[THREADS_MAX / 32];
static uint64_t slots[2][THREADS_MAX][8];
static void (*kernel)(const void*);
static const void* arguments;
static void* scheduler;
#if !defined(__x86_64__)
static ucontext_t schedulerContext;
#endif

static void run() {
  kernel(arguments);
  fibers[current].done = true;
  progress++;
}

#if defined(__x86_64__)
extern "C" __attribute__((visibility("hidden"))) void longtake_switch(void** from, void* to);
asm(".text\n"
    ".hidden longtake_switch\n"
    ".globl longtake_switch\n"
    ".type longtake_switch, @function\n"
    "longtake_switch:\n"
    "  pushq %rbp\n  pushq %rbx\n  pushq %r12\n  pushq %r13\n  pushq %r14\n  pushq %r15\n"
    "  movq %rsp, (%rdi)\n"
    "  movq %rsi, %rsp\n"
    "  popq %r15\n  popq %r14\n  popq %r13\n  popq %r12\n  popq %rbx\n  popq %rbp\n"
    "  ret\n");

static void yield() { longtake_switch(&fibers[current].stackPointer, scheduler); }

static void start_fiber() {
  run();
  yield();
}

static void prepare(int thread) {
  void** top = (void**)(stacks + (size_t)(thread + 1) * STACK_BYTES);
  *--top = 0;
  *--top = (void*)start_fiber;
  for (int i = 0; i < 6; i++) {
    *--top = 0;
  }
  fibers[thread].stackPointer = top;
}

static void resume(int thread) { longtake_switch(&scheduler, fibers[thread].stackPointer); }
#else
static void yield() { swapcontext(&fibers[current].context, &schedulerContext); }

static void start_fiber() {
  run();
  yield();
}

static void prepare(int thread) {
  ucontext_t* context = &fibers[thread].context;
  getcontext(context);
  context->uc_stack.ss_sp = stacks + (size_t)thread * STACK_BYTES;
  context->uc_stack.ss_size = STACK_BYTES;
  makecontext(context, start_fiber, 0);
}

static void resume(int thread) { swapcontext(&schedulerContext, &fibers[thread].context); }
#endif

static __attribute__((noinline)) void wait(Barrier* barrier, unsigned count) {
  unsigned generation = barrier->generation;
  progress++;
  if (++barrier->arrived == count) {
    barrier->arrived = 0;
    barrier->generation++;
    return;
  }
  volatile unsigned* now = &barrier->generation;
  while (*now == generation) {
    yield();
  }
}

static void wait_warp() {
  unsigned first = current / 32 * 32;
  unsigned rest = threads - first;
  wait(&warps[current / 32], rest < 32 ? rest : 32);
}

// What each lane of the warp has put down; of two kinds, so that one wait an exchange is enough.
static uint64_t (*exchange(const uint64_t* values, int count))[8] {
  unsigned phase = fibers[current].phase++ & 1;
  memcpy(slots[phase][current], values, count * sizeof(uint64_t));
  wait_warp();
  return &slots[phase][current / 32 * 32];
}

static float half(uint64_t word, int index) {
  uint32_t bits = (uint32_t)((word >> (16 * index)) & 0xffff) << 16;
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

static bool run_block() {
  memset(&block, 0, sizeof(block));
  memset(warps, 0, sizeof(warps));
  for (int thread = 0; thread < threads; thread++) {
    Fiber* fiber = &fibers[thread];
    fiber->done = false;
    fiber->phase = 0;
    fiber->copies = 0;
    fiber->group = 0;
    fiber->unpublished = fiber->ready = false;
    fiber->products = fiber->committed = 0;
    prepare(thread);
  }
  for (int live = threads; live > 0;) {
    long before = progress;
    live = 0;
    for (int thread = 0; thread < threads; thread++) {
      if (!fibers[thread].done) {
        current = thread;
        threadIdx.x = thread;
        resume(thread);
        live += !fibers[thread].done;
      }
    }
    if (live > 0 && progress == before) {
      return false;
    }
  }
  return true;
}
}  // namespace emulation

// Returns 0, or 1 if the threads of a block wait for different barriers.
extern "C" int longtake_launch(void (*kernel)(const void*), const void* arguments, int gridX,
                               int gridY, int gridZ, int threads) {
  using namespace emulation;
  if (!stacks) {
    stacks = (char*)mmap(0, (size_t)THREADS_MAX * STACK_BYTES, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  }
  emulation::kernel = kernel;
  emulation::arguments = arguments;
  emulation::threads = threads;
  blockDim = {(unsigned)threads, 1, 1};
  gridDim = {(unsigned)gridX, (unsigned)gridY, (unsigned)gridZ};
  for (int z = 0; z < gridZ; z++) {
    for (int y = 0; y < gridY; y++) {
      for (int x = 0; x < gridX; x++) {
        blockIdx = {(unsigned)x, (unsigned)y, (unsigned)z};
        if (!run_block()) {
          return 1;
        }
      }
    }
  }
  return 0;
}

// Compiled without contraction, plain operators round as these do.
static inline float __fadd_rn(float x, float y) { return x + y; }
static inline float __fsub_rn(float x, float y) { return x - y; }
static inline float __fmul_rn(float x, float y) { return x * y; }
static inline float __fdiv_rn(float x, float y) { return x / y; }
static inline double __dadd_rn(double x, double y) { return x + y; }
static inline double __dmul_rn(double x, double y) { return x * y; }

static inline void __syncthreads() { emulation::wait(&emulation::block, emulation::threads); }
static inline unsigned __float_as_uint(float x) {
  unsigned bits;
  memcpy(&bits, &x, 4);
  return bits;
}
static inline float __uint_as_float(unsigned bits) {
  float x;
  memcpy(&x, &bits, 4);
  return x;
}
static inline float __shfl_xor_sync(unsigned, float x, int distance) {
  uint64_t bits = __float_as_uint(x);
  uint64_t(*all)[8] = emulation::exchange(&bits, 1);
  return __uint_as_float((unsigned)all[(threadIdx.x % 32) ^ distance][0]);
}

static inline void multiply_fragments(float* sums, const unsigned* left, unsigned right0,
                                      unsigned right1) {
  // The lane's numbers: 8 of the left side, register by register, then 4 of the right one.
  const unsigned registers[6] = {left[0], left[1], left[2], left[3], right0, right1};
  float mine[12];
  for (int i = 0; i < 12; i++) {
    mine[i] = emulation::half(registers[i / 2], i % 2);
  }
  uint64_t(*all)[8] = emulation::exchange((const uint64_t*)mine, 6);
  const int g = threadIdx.x % 32 / 4;
  const int t = threadIdx.x % 4;
  for (int k = 0; k < 16; k++) {
    const int pair = k % 8 / 2;
    const float* row = (const float*)all[g * 4 + pair] + 4 * (k / 8) + k % 2;
    const float* column0 = (const float*)all[2 * t * 4 + pair] + 8 + 2 * (k / 8) + k % 2;
    const float* column1 = (const float*)all[(2 * t + 1) * 4 + pair] + 8 + 2 * (k / 8) + k % 2;
    sums[0] += row[0] * *column0;
    sums[1] += row[0] * *column1;
    sums[2] += row[2] * *column0;
    sums[3] += row[2] * *column1;
  }
}

static inline void load_matrices(unsigned* to, const void* row) {
  const uint64_t mine = (uint64_t)(uintptr_t)row;
  uint64_t(*all)[8] = emulation::exchange(&mine, 1);
  const int lane = threadIdx.x % 32;
  for (int i = 0; i < 4; i++) {
    const uint16_t* from = (const uint16_t*)(uintptr_t)all[8 * i + lane / 4][0] + lane % 4 * 2;
    to[i] = from[0] | ((unsigned)from[1] << 16);
  }
  // The instruction ends for all lanes at once.
  emulation::wait_warp();
}

static inline void load_transposed(unsigned* to, const void* row) {
  const uint64_t mine = (uint64_t)(uintptr_t)row;
  uint64_t(*all)[8] = emulation::exchange(&mine, 1);
  const int lane = threadIdx.x % 32;
  for (int i = 0; i < 4; i++) {
    const uint16_t* low = (const uint16_t*)(uintptr_t)all[8 * i + lane % 4 * 2][0] + lane / 4;
    const uint16_t* high = (const uint16_t*)(uintptr_t)all[8 * i + lane % 4 * 2 + 1][0] + lane / 4;
    to[i] = *low | ((unsigned)*high << 16);
  }
  emulation::wait_warp();
}

static inline bool any_lane(bool it) {
  uint64_t mine = it;
  uint64_t(*all)[8] = emulation::exchange(&mine, 1);
  bool any = false;
  for (int lane = 0; lane < 32; lane++) {
    any |= all[lane][0] != 0;
  }
  return any;
}

static inline float power_of_two(float x) { return exp2f(x); }

static inline void copy_start(void* to, const void* from, bool inside) {
  emulation::Fiber* fiber = &emulation::fibers[emulation::current];
  if (fiber->copies == emulation::COPIES_MAX || ((uintptr_t)to | (uintptr_t)from) % 16 != 0) {
    abort();
  }
  memset(to, 0xff, 16);
  fiber->copy[fiber->copies++] = {to, from, inside, fiber->group};
}

static inline void copy_commit() { emulation::fibers[emulation::current].group++; }

template <int groups>
static inline void copy_wait() {
  emulation::Fiber* fiber = &emulation::fibers[emulation::current];
  int kept = 0;
  for (int i = 0; i < fiber->copies; i++) {
    emulation::Copy copy = fiber->copy[i];
    if (copy.group >= fiber->group - groups) {
      fiber->copy[kept++] = copy;
    } else if (copy.inside) {
      memcpy(copy.to, copy.from, 16);
    } else {
      memset(copy.to, 0, 16);
    }
  }
  fiber->unpublished = fiber->unpublished || kept < fiber->copies;
  fiber->copies = kept;
}

// Products of warp groups happen when they are waited for, from what their right side is then.
struct SharedMatrix {
  const char* at;
};

static inline SharedMatrix shared_matrix(const void* at) {
  if ((uintptr_t)at % 1024 != 0) {
    abort();
  }
  return {(const char*)at};
}

static inline SharedMatrix further(SharedMatrix matrix, int bytes) { return {matrix.at + bytes}; }

static inline void shared_publish() {
  emulation::fibers[emulation::current].unpublished = false;
}

template <int FRAGMENTS>
static inline void settle(float (*)[4]) {}

template <int FRAGMENTS>
static inline void settle(unsigned (*)[2]) {}

static inline void product_ready() { emulation::fibers[emulation::current].ready = true; }

template <bool ACROSS>
static inline void product_start(float (*sums)[4], const unsigned* left, SharedMatrix right,
                                 bool adds) {
  emulation::Fiber* fiber = &emulation::fibers[emulation::current];
  if (!fiber->ready || fiber->products == emulation::PRODUCTS_MAX) {
    abort();
  }
  for (int thread = 0; thread < emulation::threads; thread++) {
    if (emulation::fibers[thread].unpublished) {
      abort();
    }
  }
  const uint64_t mine[2] = {left[0] | ((uint64_t)left[1] << 32),
                            left[2] | ((uint64_t)left[3] << 32)};
  uint64_t(*all)[8] = emulation::exchange(mine, 2);
  emulation::Started* product = &fiber->product[fiber->products++];
  for (int k = 0; k < 16; k++) {
    const uint64_t of = all[threadIdx.x % 32 / 4 * 4 + k % 8 / 2][k / 8];
    product->left[0][k] = emulation::half(of, k % 2);
    product->left[1][k] = emulation::half(of, 2 + k % 2);
  }
  product->sums = sums;
  product->right = right.at;
  product->across = ACROSS;
  product->adds = adds;
}

static inline void product_commit() {
  emulation::Fiber* fiber = &emulation::fibers[emulation::current];
  fiber->committed = fiber->products;
  fiber->ready = false;
}

static inline void product_wait() {
  emulation::Fiber* fiber = &emulation::fibers[emulation::current];
  if (fiber->committed != fiber->products) {
    abort();
  }
  for (int i = 0; i < fiber->products; i++) {
    emulation::Started* product = &fiber->product[i];
    for (int j = 0; j < 8; j++) {
      for (int e = 0; e < 4; e++) {
        const int n = 8 * j + threadIdx.x % 4 * 2 + e % 2;
        float sum = product->adds ? product->sums[j][e] : 0.0f;
        for (int k = 0; k < 16; k++) {
          uintptr_t at = (uintptr_t)product->right +
                         (product->across ? 128 * k + 2 * n : 128 * n + 2 * k);
          at ^= (at >> 7 & 7) << 4;
          sum += product->left[e / 2][k] * emulation::half(*(const uint16_t*)at, 0);
        }
        product->sums[j][e] = sum;
      }
    }
  }
  fiber->products = fiber->committed = 0;
}
