package dev.longtake.tensor.cpu;

import static dev.longtake.tensor.cpu.DnnlLibrary.check;
import static dev.longtake.tensor.cpu.DnnlLibrary.pointerIn;
import static dev.longtake.tensor.cpu.DnnlLibrary.unexpected;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One primitive ready to be executed again and again by one thread: matrix product, convolution or
 * change of layout. Only addresses are exchanged between executions.
 */
final class DnnlCall {

  static final int QUERY_SRC = 129;
  static final int QUERY_WEIGHTS = 131;
  static final int QUERY_DST = 133;
  private static final int QUERY_SCRATCHPAD = 136;

  private static final int ARG_SRC = 1;
  private static final int ARG_DST = 17;
  private static final int ARG_WEIGHTS = 33;
  private static final int ARG_BIAS = 41;
  private static final int ARG_SCRATCHPAD = 80;
  private static final int ARG_BYTES = 16;

  private final long primitive;
  private final long source;
  private final long weights;
  private final long bias;
  private final long destination;
  private final long scratchpad;
  private final long scratchpadBytes;
  private final MemorySegment arguments;
  private int argumentCount;

  /**
   * Makes a primitive of its descriptor, which is destroyed.
   *
   * @param hasWeights false for a change of layout
   * @param biasDescriptor 0: none
   */
  DnnlCall(long primitiveDescriptor, boolean hasWeights, long biasDescriptor) {
    arguments = Arena.ofAuto().allocate(5L * ARG_BYTES, 8);
    source = memory(layout(primitiveDescriptor, QUERY_SRC), ARG_SRC);
    weights = hasWeights ? memory(layout(primitiveDescriptor, QUERY_WEIGHTS), ARG_WEIGHTS) : 0;
    bias = biasDescriptor == 0 ? 0 : memory(biasDescriptor, ARG_BIAS);
    destination = memory(layout(primitiveDescriptor, QUERY_DST), ARG_DST);
    long scratchpadLayout = layout(primitiveDescriptor, QUERY_SCRATCHPAD);
    scratchpadBytes = DnnlEngine.byteSize(scratchpadLayout);
    scratchpad = memory(scratchpadLayout, ARG_SCRATCHPAD);
    primitive = create(primitiveDescriptor);
  }

  private static long layout(long primitiveDescriptor, int query) {
    try {
      return (long) DnnlLibrary.DESC_OF_PRIMITIVE.invokeExact(primitiveDescriptor, query, 0);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static long create(long primitiveDescriptor) {
    try (Arena local = Arena.ofConfined()) {
      MemorySegment holder = local.allocate(ValueLayout.JAVA_LONG);
      check(
          (int) DnnlLibrary.PRIMITIVE_CREATE.invokeExact(holder.address(), primitiveDescriptor),
          "a primitive");
      DnnlEngine.destroy(DnnlLibrary.PRIMITIVE_DESC_DESTROY, primitiveDescriptor);
      return pointerIn(holder);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private long memory(long descriptor, int argument) {
    try (Arena local = Arena.ofConfined()) {
      MemorySegment holder = local.allocate(ValueLayout.JAVA_LONG);
      check(
          (int)
              DnnlLibrary.MEMORY_CREATE.invokeExact(
                  holder.address(), descriptor, DnnlEngine.ENGINE, 0L),
          "a memory object");
      long memory = pointerIn(holder);
      long at = (long) argumentCount * ARG_BYTES;
      arguments.set(ValueLayout.JAVA_INT, at, argument);
      arguments.set(ValueLayout.JAVA_LONG, at + 8, memory);
      argumentCount++;
      return memory;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Bytes of scratch memory that an execution needs. */
  long scratchpadBytes() {
    return scratchpadBytes;
  }

  /** Executes on the calling thread; addresses of what the primitive does not have are ignored. */
  void execute(
      long stream,
      long sourceAddress,
      long weightsAddress,
      long biasAddress,
      long destinationAddress,
      long scratchpadAddress) {
    try {
      set(source, sourceAddress);
      set(weights, weightsAddress);
      set(bias, biasAddress);
      set(destination, destinationAddress);
      set(scratchpad, scratchpadAddress);
      check(
          (int)
              DnnlLibrary.PRIMITIVE_EXECUTE.invokeExact(
                  primitive, stream, argumentCount, arguments.address()),
          "to execute a primitive");
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static void set(long memory, long address) throws Throwable {
    if (memory != 0) {
      check((int) DnnlLibrary.MEMORY_SET.invokeExact(memory, address), "an address");
    }
  }

  /** Frees the primitive and its memory objects, not what they point to. */
  void destroy() {
    DnnlEngine.destroy(DnnlLibrary.PRIMITIVE_DESTROY, primitive);
    for (long memory : new long[] {source, weights, bias, destination, scratchpad}) {
      if (memory != 0) {
        DnnlEngine.destroy(DnnlLibrary.MEMORY_DESTROY, memory);
      }
    }
  }
}
