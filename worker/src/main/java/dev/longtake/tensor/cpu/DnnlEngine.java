package dev.longtake.tensor.cpu;

import static dev.longtake.tensor.cpu.DnnlLibrary.check;
import static dev.longtake.tensor.cpu.DnnlLibrary.pointerIn;
import static dev.longtake.tensor.cpu.DnnlLibrary.unexpected;

import dev.longtake.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Builds oneDNN's objects: memory descriptors and primitive descriptors. Everything here is made
 * once per shape, never in a step.
 */
final class DnnlEngine {

  static final int TAG_ANY = 1;
  static final int TAG_OIHW = 5;
  static final int TAG_NHWC = 22;
  static final int ELTWISE_GELU_TANH = 43;
  static final int ELTWISE_SWISH = 44;

  private static final int DIMS_MAX = 12;
  private static final int KIND_CPU = 1;
  private static final int TYPE_F16 = 1;
  private static final int TYPE_BF16 = 2;
  private static final int TYPE_F32 = 3;
  private static final int SCRATCHPAD_USER = 1;
  private static final int FORWARD_INFERENCE = 96;
  private static final int CONVOLUTION_DIRECT = 1;

  /** oneDNN's engine; one for the process. */
  static final long ENGINE = createEngine();

  private DnnlEngine() {}

  /** What happens to a result before it is stored. */
  record PostOps(boolean accumulates, int eltwise) {
    static final PostOps NONE = new PostOps(false, 0);
    static final PostOps SUM = new PostOps(true, 0);
  }

  private static long createEngine() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment holder = arena.allocate(ValueLayout.JAVA_LONG);
      check(
          (int) DnnlLibrary.ENGINE_CREATE.invokeExact(holder.address(), KIND_CPU, 0L), "an engine");
      return pointerIn(holder);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static int code(DType type) {
    return switch (type) {
      case F32 -> TYPE_F32;
      case F16 -> TYPE_F16;
      case BF16 -> TYPE_BF16;
    };
  }

  /** A descriptor of elements with these strides, counted in elements. */
  static long strided(DType type, long[] dims, long[] strides) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment holder = arena.allocate(ValueLayout.JAVA_LONG);
      check(
          (int)
              DnnlLibrary.DESC_WITH_STRIDES.invokeExact(
                  holder.address(),
                  dims.length,
                  longs(arena, dims),
                  code(type),
                  longs(arena, strides)),
          "a memory descriptor");
      return pointerIn(holder);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** A descriptor of elements in a named layout, or any that the primitive likes. */
  static long tagged(DType type, int tag, long... dims) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment holder = arena.allocate(ValueLayout.JAVA_LONG);
      check(
          (int)
              DnnlLibrary.DESC_WITH_TAG.invokeExact(
                  holder.address(), dims.length, longs(arena, dims), code(type), tag),
          "a memory descriptor");
      return pointerIn(holder);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static long longs(Arena arena, long[] values) {
    MemorySegment array = arena.allocate(ValueLayout.JAVA_LONG, DIMS_MAX);
    MemorySegment.copy(values, 0, array, ValueLayout.JAVA_LONG, 0, values.length);
    return array.address();
  }

  /** {@code dst = postOps(src weights + bias)}; a bias of 0 is none. */
  static long matmul(long src, long weights, long bias, long dst, PostOps postOps) {
    long attributes = attributes(postOps);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment holder = arena.allocate(ValueLayout.JAVA_LONG);
      check(
          (int)
              DnnlLibrary.MATMUL_CREATE.invokeExact(
                  holder.address(), ENGINE, src, weights, bias, dst, attributes),
          "a matrix product");
      return pointerIn(holder);
    } catch (Throwable e) {
      throw unexpected(e);
    } finally {
      destroy(DnnlLibrary.ATTR_DESTROY, attributes);
    }
  }

  /** Stride and zero rows or columns before and after, for both axes of a picture. */
  record Window(long stride, long top, long bottom, long left, long right) {}

  /** A convolution of pictures; a bias of 0 is none. */
  static long convolution(
      long src, long weights, long bias, long dst, Window window, PostOps postOps) {
    long attributes = attributes(postOps);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment holder = arena.allocate(ValueLayout.JAVA_LONG);
      long strides = longs(arena, new long[] {window.stride(), window.stride()});
      long dilates = longs(arena, new long[] {0, 0});
      long before = longs(arena, new long[] {window.top(), window.left()});
      long after = longs(arena, new long[] {window.bottom(), window.right()});
      check(
          (int)
              DnnlLibrary.CONV_CREATE.invokeExact(
                  holder.address(),
                  ENGINE,
                  FORWARD_INFERENCE,
                  CONVOLUTION_DIRECT,
                  src,
                  weights,
                  bias,
                  dst,
                  strides,
                  dilates,
                  before,
                  after,
                  attributes),
          "a convolution");
      return pointerIn(holder);
    } catch (Throwable e) {
      throw unexpected(e);
    } finally {
      destroy(DnnlLibrary.ATTR_DESTROY, attributes);
    }
  }

  /** A copy from one layout to another. */
  static long reorder(long src, long dst) {
    long attributes = attributes(PostOps.NONE);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment holder = arena.allocate(ValueLayout.JAVA_LONG);
      check(
          (int)
              DnnlLibrary.REORDER_CREATE.invokeExact(
                  holder.address(), src, ENGINE, dst, ENGINE, attributes),
          "a change of layout");
      return pointerIn(holder);
    } catch (Throwable e) {
      throw unexpected(e);
    } finally {
      destroy(DnnlLibrary.ATTR_DESTROY, attributes);
    }
  }

  private static long attributes(PostOps postOps) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment holder = arena.allocate(ValueLayout.JAVA_LONG);
      check((int) DnnlLibrary.ATTR_CREATE.invokeExact(holder.address()), "attributes");
      long attributes = pointerIn(holder);
      // Primitives share one scratchpad a thread, ours, so that threads never share one.
      check(
          (int) DnnlLibrary.ATTR_SCRATCHPAD.invokeExact(attributes, SCRATCHPAD_USER),
          "a scratchpad mode");
      if (!postOps.equals(PostOps.NONE)) {
        check((int) DnnlLibrary.POST_OPS_CREATE.invokeExact(holder.address()), "post-ops");
        long list = pointerIn(holder);
        append(list, postOps);
        check((int) DnnlLibrary.ATTR_POST_OPS.invokeExact(attributes, list), "post-ops");
        destroy(DnnlLibrary.POST_OPS_DESTROY, list);
      }
      return attributes;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static void append(long list, PostOps postOps) throws Throwable {
    if (postOps.accumulates()) {
      check((int) DnnlLibrary.POST_OPS_SUM.invokeExact(list, 1f, 0, TYPE_F32), "a sum");
    }
    if (postOps.eltwise() != 0) {
      check(
          (int) DnnlLibrary.POST_OPS_ELTWISE.invokeExact(list, postOps.eltwise(), 1f, 0f),
          "an activation");
    }
  }

  /** The layout that a primitive chose for an argument, as a descriptor of its own. */
  static long layout(long primitiveDescriptor, int query) {
    try (Arena arena = Arena.ofConfined()) {
      long found = (long) DnnlLibrary.DESC_OF_PRIMITIVE.invokeExact(primitiveDescriptor, query, 0);
      MemorySegment holder = arena.allocate(ValueLayout.JAVA_LONG);
      check((int) DnnlLibrary.DESC_CLONE.invokeExact(holder.address(), found), "a layout");
      return pointerIn(holder);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Whether two descriptors describe the same layout. */
  static boolean isSame(long descriptor, long other) {
    try {
      return (int) DnnlLibrary.DESC_EQUAL.invokeExact(descriptor, other) != 0;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Bytes of memory with this layout. */
  static long byteSize(long descriptor) {
    try {
      return (long) DnnlLibrary.DESC_SIZE.invokeExact(descriptor);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Destroys memory descriptors; what was made of them keeps copies. 0 is nothing. */
  static void destroyDescriptors(long... descriptors) {
    for (long descriptor : descriptors) {
      if (descriptor != 0) {
        destroy(DnnlLibrary.DESC_DESTROY, descriptor);
      }
    }
  }

  /** Calls one of the functions that destroy an object. */
  static void destroy(java.lang.invoke.MethodHandle function, long object) {
    try {
      check((int) function.invokeExact(object), "to destroy an object");
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }
}
