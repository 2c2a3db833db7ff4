package dev.longtake.tensor;

import static dev.longtake.error.Require.require;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory for tensors that come and go: taken one after the other, given back all at once where a
 * {@link Scope} ends. Blocks are kept, so a denoise step takes nothing from the system after the
 * first one.
 *
 * <p>Used by one thread at a time.
 */
public final class Workspace implements AutoCloseable {

  /** Where blocks come from. */
  public interface BlockSource {
    /** A block of at least this size, aligned to 64 bytes; its contents are undefined. */
    MemorySegment allocate(long byteCount);

    /** Gives a block back. */
    void free(MemorySegment block);
  }

  /** A stretch of work; closing it gives back everything taken since it was opened. */
  public final class Scope implements AutoCloseable {
    private final int startBlock = blockIndex;
    private final long startOffset = offset;

    private Scope() {}

    @Override
    public void close() {
      require(
          startBlock < blockIndex || (startBlock == blockIndex && startOffset <= offset),
          "the scope's start lies ahead: an outer scope was closed before it");
      blockIndex = startBlock;
      offset = startOffset;
    }
  }

  private static final long ALIGNMENT = 64;
  private static final long BLOCK_BYTES_MIN = 8L << 20;

  private final BlockSource source;
  private final DType activations;
  private final List<MemorySegment> blocks = new ArrayList<>();
  private int blockIndex;
  private long offset;
  private long peakBytes;
  private long reservedBytes;

  public Workspace(BlockSource source) {
    this(source, DType.F32);
  }

  /**
   * Makes one.
   *
   * @param activations the element type of tensors that are taken without naming one
   */
  public Workspace(BlockSource source, DType activations) {
    this.source = source;
    this.activations = activations;
  }

  /**
   * A tensor of activations, in the element type that the backend keeps them in, with undefined
   * contents, valid until the scope ends in which it is taken.
   */
  public Tensor take(int... dims) {
    return take(activations, Shape.of(dims));
  }

  /** The same in 32-bit floats on every backend: for tables, and for what scales whole rows. */
  public Tensor takeF32(int... dims) {
    return take(DType.F32, Shape.of(dims));
  }

  /** A tensor with undefined contents, valid until the scope ends in which it is taken. */
  public Tensor take(DType dtype, Shape shape) {
    long byteCount = Math.multiplyExact(shape.elementCount(), (long) dtype.byteSize());
    long rounded = Math.addExact(byteCount, ALIGNMENT - 1) & -ALIGNMENT;
    while (blockIndex < blocks.size() && offset + rounded > blocks.get(blockIndex).byteSize()) {
      blockIndex++;
      offset = 0;
    }
    if (blockIndex == blocks.size()) {
      MemorySegment block = source.allocate(Math.max(rounded, BLOCK_BYTES_MIN));
      blocks.add(block);
      reservedBytes += block.byteSize();
    }
    MemorySegment storage = blocks.get(blockIndex).asSlice(offset, byteCount);
    offset += rounded;
    peakBytes = Math.max(peakBytes, usedBytes());
    return new Tensor(shape, dtype, storage);
  }

  /** Opens a scope, to be closed by try-with-resources before any scope that encloses it. */
  public Scope scope() {
    return new Scope();
  }

  /** Bytes between the start and the present position, unused ends of blocks included. */
  public long usedBytes() {
    long usedBytes = offset;
    for (int i = 0; i < blockIndex; i++) {
      usedBytes += blocks.get(i).byteSize();
    }
    return usedBytes;
  }

  /** The largest {@link #usedBytes} so far. */
  public long peakBytes() {
    return peakBytes;
  }

  /** Bytes taken from the backend; does not shrink. */
  public long reservedBytes() {
    return reservedBytes;
  }

  /** Blocks taken from the backend so far. */
  public int blockCount() {
    return blocks.size();
  }

  /** Gives all blocks back; every tensor taken is invalid from now on. */
  @Override
  public void close() {
    blocks.forEach(source::free);
    blocks.clear();
    blockIndex = 0;
    offset = 0;
    reservedBytes = 0;
  }
}
