package dev.longtake.tensor.cuda;

import dev.longtake.tensor.cuda.kernel.KernelSource;
import java.lang.foreign.MemorySegment;

/**
 * What the backend needs of one device: memory, copies, kernels, events, two streams. What is
 * started on one stream runs in the order it was started; between the streams there is no order but
 * what {@link #wait(Stream, long)} makes.
 *
 * <p>Addresses are those of the device. Methods throw {@link dev.longtake.error.LongtakeException}
 * {@code ENGINE_FAILED} when the device refuses, and {@link DeviceLostError} when it will never
 * compute again in this process. One thread at a time.
 */
interface CudaDriver extends AutoCloseable {

  /** A line of work on the device. */
  enum Stream {
    /** Kernels, and the copies that they need. */
    COMPUTE,
    /** What travels between the device and the host while kernels run. */
    TRANSFER
  }

  /** Work that a library starts. */
  @FunctionalInterface
  interface LibraryWork {

    /**
     * Starts it.
     *
     * @param stream the library's word for {@link Stream#COMPUTE}: a {@code CUstream}
     */
    void start(long stream);
  }

  /** A function of a loaded module; only the driver that loaded it can start it. */
  interface Kernel {}

  /** Number of blocks along each axis, and of threads in each block. */
  record Grid(int x, int y, int z, int threads) {}

  /** {@code sm90}: which machine code it runs. */
  String architecture();

  /** 90 for compute capability 9.0. */
  int computeCapability();

  /** How many blocks of a kernel can be at work: the device's size. */
  int multiprocessorCount();

  /** The device's model as its maker calls it: libraries may choose by it. */
  String model();

  /** A checksum of the machine code of all kernels: the same on two devices, the same bits. */
  String machineCode();

  /** Makes this device the one that libraries called by this thread work on. */
  void bind();

  /** Device memory with undefined contents, aligned to at least 256 bytes. */
  long allocate(long byteCount);

  /** Waits until everything started so far is done, and gives device memory back. */
  void free(long address);

  /** Host memory that the device copies from and to by itself; lives as long as the driver. */
  MemorySegment allocatePinned(long byteCount);

  /** Starts a copy from pinned memory, which must stay as it is until then. */
  void upload(Stream stream, long to, MemorySegment from, long byteCount);

  /** Starts a copy to pinned memory, whose contents are undefined until then. */
  void download(Stream stream, MemorySegment to, long from, long byteCount);

  /** Starts a copy on the device, on {@link Stream#COMPUTE}. */
  void copy(long to, long from, long byteCount);

  /** A new event, which nothing has been recorded for. */
  long createEvent();

  /** Lets the event happen when everything started on the stream so far is done. */
  void record(Stream stream, long event);

  /** Lets what is started on the stream from now on begin only when the event has happened. */
  void wait(Stream stream, long event);

  /** Whether the event has happened, or nothing was recorded for it; never waits. */
  boolean hasHappened(long event);

  /** Waits until the event has happened; returns at once if nothing was recorded for it. */
  void await(long event);

  /** Finds a kernel. */
  Kernel kernel(KernelSource source, String function);

  /**
   * Starts a kernel on {@link Stream#COMPUTE}.
   *
   * @param arguments the one struct it takes; may be changed afterwards
   */
  void launch(Kernel kernel, Grid grid, MemorySegment arguments);

  /**
   * Lets a library start work on {@link Stream#COMPUTE}.
   *
   * @throws DeviceLostError if it fails because the device is lost
   */
  void start(LibraryWork work);

  /**
   * Lets a library be asked about this device, now: nothing is started.
   *
   * @throws DeviceLostError if it fails because the device is lost
   */
  void ask(Runnable question);

  /** Frees everything. */
  @Override
  void close();
}
