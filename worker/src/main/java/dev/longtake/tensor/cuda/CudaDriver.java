package dev.longtake.tensor.cuda;

import java.lang.foreign.MemorySegment;

/**
 * What the backend needs of one device: memory, copies, kernels, events. Everything that is started
 * runs in the order it was started, on one stream.
 *
 * <p>Addresses are those of the device. Methods throw {@link dev.longtake.error.LongtakeException}
 * {@code ENGINE_FAILED} when the device refuses, and {@link DeviceLostError} when it will never
 * compute again in this process. One thread at a time.
 */
public interface CudaDriver extends AutoCloseable {

  /** A function of a loaded module; only the driver that loaded it can start it. */
  interface Kernel {}

  /** Number of blocks along each axis, and of threads in each block. */
  record Grid(int x, int y, int z, int threads) {}

  /** {@code sm90}: which machine code it runs. */
  String architecture();

  /** 90 for compute capability 9.0. */
  int computeCapability();

  /** What made the machine code, with its version. */
  String compiler();

  /** Device memory with undefined contents, aligned to at least 256 bytes. */
  long allocate(long byteCount);

  /** Gives device memory back. */
  void free(long address);

  /** Host memory that the device copies from and to by itself; lives as long as the driver. */
  MemorySegment allocatePinned(long byteCount);

  /** Starts a copy from pinned memory, which must stay as it is until then. */
  void upload(long to, MemorySegment from, long byteCount);

  /** Starts a copy to pinned memory. */
  void download(MemorySegment to, long from, long byteCount);

  /** Starts a copy on the device. */
  void copy(long to, long from, long byteCount);

  /** A new event, which nothing has been recorded for. */
  long createEvent();

  /** Lets the event happen when everything started so far is done. */
  void record(long event);

  /** Waits until the event has happened; returns at once if nothing was recorded for it. */
  void await(long event);

  /** Waits until everything started so far is done. */
  void synchronize();

  /** Compiles and loads a kernel, or finds it loaded. */
  Kernel kernel(KernelSource source, String function);

  /**
   * Starts a kernel.
   *
   * @param arguments the one struct it takes; may be changed afterwards
   */
  void launch(Kernel kernel, Grid grid, MemorySegment arguments);

  /** Frees everything. */
  @Override
  void close();
}
