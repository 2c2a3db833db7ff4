package dev.longtake.tensor.cuda;

import static java.util.Objects.requireNonNull;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT;

import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.cuda.JcudaDevices.Facts;
import dev.longtake.tensor.cuda.kernel.KernelCache;
import dev.longtake.tensor.cuda.kernel.KernelModules;
import dev.longtake.tensor.cuda.kernel.KernelSource;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/**
 * A device through CUDA's driver API; made by {@link CudaSystem}, which finds out first whether the
 * driver is there.
 *
 * <p>CUDA keeps one context current for each thread. Every call makes the device's own current
 * first: the thread may have used another device meanwhile, and it costs less than a microsecond.
 */
final class JcudaDriver implements CudaDriver {

  private record Function(CUfunction function) implements Kernel {}

  /** A device address as a number, there and back. */
  private static final class Address extends CUdeviceptr {
    Address() {}

    Address(long address) {
      super(new CUdeviceptr(), address);
    }

    long value() {
      return getNativePointer() + getByteOffset();
    }
  }

  /** A stream whose handle other libraries can be told. */
  private static final class Line extends CUstream {
    long handle() {
      return getNativePointer();
    }
  }

  private final String device;
  private final Facts facts;
  private final CUdevice handle;
  private final CUcontext context = new CUcontext();
  private final Map<Stream, Line> streams = new EnumMap<>(Stream.class);
  private final List<CUevent> events = new ArrayList<>();
  private final List<Pointer> pinned = new ArrayList<>();
  private final KernelModules<CUmodule> modules;

  /**
   * Takes the device and loads every kernel that it can run.
   *
   * @param ways to machine code, the best first
   * @param attention whose kernels are loaded besides
   * @throws LongtakeException {@code ENGINE_FAILED} if the device cannot be taken, or takes no
   *     kernels; nothing is kept then
   */
  JcudaDriver(int index, List<KernelCache> ways, Attention attention) {
    device = "cuda:" + index;
    handle = JcudaDevices.handle(index);
    facts = JcudaDevices.facts(device, handle);
    checkAtStart("cuDevicePrimaryCtxRetain", JCudaDriver.cuDevicePrimaryCtxRetain(context, handle));
    try {
      checkAtStart("cuCtxSetCurrent", JCudaDriver.cuCtxSetCurrent(context));
      for (Stream stream : Stream.values()) {
        Line created = new Line();
        int flags = CUstream_flags.CU_STREAM_NON_BLOCKING;
        checkAtStart("cuStreamCreate", JCudaDriver.cuStreamCreate(created, flags));
        streams.put(stream, created);
      }
      int computeCapability = facts.computeCapability();
      List<String> names = new ArrayList<>(KernelSource.names(computeCapability));
      if (attention == Attention.WARP_GROUPS) {
        names.addAll(KernelSource.WARP_GROUP_NAMES);
      }
      modules =
          KernelModules.load(device, ways, names, computeCapability, new JcudaModules(device));
    } catch (RuntimeException | Error e) {
      giveBack();
      throw e;
    }
  }

  private Line of(Stream stream) {
    return requireNonNull(streams.get(stream), "stream");
  }

  /** No kernel of ours ran yet: nothing is lost, whatever the code. */
  private void checkAtStart(String call, int code) {
    if (code != 0) {
      throw CudaFailure.atStart(device, call, code);
    }
  }

  private void check(String call, int code) {
    if (code != 0) {
      throw CudaFailure.of(device, call, code);
    }
  }

  @Override
  public void bind() {
    check("cuCtxSetCurrent", JCudaDriver.cuCtxSetCurrent(context));
  }

  @Override
  public String architecture() {
    return "sm" + facts.computeCapability();
  }

  @Override
  public int computeCapability() {
    return facts.computeCapability();
  }

  @Override
  public int multiprocessorCount() {
    return JcudaDevices.attribute(device, handle, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
  }

  @Override
  public String model() {
    return facts.name();
  }

  @Override
  public String machineCode() {
    return modules.checksum();
  }

  @Override
  public long allocate(long byteCount) {
    bind();
    Address address = new Address();
    int code = JCudaDriver.cuMemAlloc(address, byteCount);
    if (code == CudaCodes.OUT_OF_MEMORY) {
      long[] free = new long[1];
      long[] total = new long[1];
      check("cuMemGetInfo", JCudaDriver.cuMemGetInfo(free, total));
      throw CudaFailure.outOfMemory(device, byteCount, free[0], total[0]);
    }
    check("cuMemAlloc", code);
    return address.value();
  }

  @Override
  public void free(long address) {
    bind();
    for (CUstream stream : streams.values()) {
      check("cuStreamSynchronize", JCudaDriver.cuStreamSynchronize(stream));
    }
    check("cuMemFree", JCudaDriver.cuMemFree(new Address(address)));
  }

  @Override
  public MemorySegment allocatePinned(long byteCount) {
    bind();
    Pointer pointer = new Pointer();
    int code = JCudaDriver.cuMemHostAlloc(pointer, byteCount, 0);
    if (code == CudaCodes.OUT_OF_MEMORY) {
      throw CudaFailure.outOfHostMemory(device, byteCount);
    }
    check("cuMemHostAlloc", code);
    pinned.add(pointer);
    return MemorySegment.ofBuffer(pointer.getByteBuffer(0, byteCount));
  }

  @Override
  public void upload(Stream stream, long to, MemorySegment from, long byteCount) {
    bind();
    Pointer source = Pointer.to(from.asByteBuffer());
    check(
        "cuMemcpyHtoDAsync",
        JCudaDriver.cuMemcpyHtoDAsync(new Address(to), source, byteCount, of(stream)));
  }

  @Override
  public void download(Stream stream, MemorySegment to, long from, long byteCount) {
    bind();
    Pointer target = Pointer.to(to.asByteBuffer());
    check(
        "cuMemcpyDtoHAsync",
        JCudaDriver.cuMemcpyDtoHAsync(target, new Address(from), byteCount, of(stream)));
  }

  @Override
  public void copy(long to, long from, long byteCount) {
    bind();
    check(
        "cuMemcpyDtoDAsync",
        JCudaDriver.cuMemcpyDtoDAsync(
            new Address(to), new Address(from), byteCount, of(Stream.COMPUTE)));
  }

  @Override
  public long createEvent() {
    bind();
    CUevent event = new CUevent();
    // Who waits for it sleeps: the processor has films to encode.
    int flags = CUevent_flags.CU_EVENT_DISABLE_TIMING | CUevent_flags.CU_EVENT_BLOCKING_SYNC;
    check("cuEventCreate", JCudaDriver.cuEventCreate(event, flags));
    events.add(event);
    return events.size() - 1L;
  }

  @Override
  public void record(Stream stream, long event) {
    bind();
    check("cuEventRecord", JCudaDriver.cuEventRecord(events.get((int) event), of(stream)));
  }

  @Override
  public void wait(Stream stream, long event) {
    bind();
    check(
        "cuStreamWaitEvent", JCudaDriver.cuStreamWaitEvent(of(stream), events.get((int) event), 0));
  }

  @Override
  public boolean hasHappened(long event) {
    bind();
    int code = JCudaDriver.cuEventQuery(events.get((int) event));
    if (code == CudaCodes.NOT_READY) {
      return false;
    }
    check("cuEventQuery", code);
    return true;
  }

  @Override
  public void await(long event) {
    bind();
    check("cuEventSynchronize", JCudaDriver.cuEventSynchronize(events.get((int) event)));
  }

  @Override
  public Kernel kernel(KernelSource source, String function) {
    bind();
    CUmodule module = requireNonNull(modules.modules().get(source.name()), "module");
    CUfunction found = new CUfunction();
    check(
        "cuModuleGetFunction " + function,
        JCudaDriver.cuModuleGetFunction(found, module, function));
    return new Function(found);
  }

  @Override
  public void launch(Kernel kernel, Grid grid, MemorySegment arguments) {
    bind();
    Pointer parameters = Pointer.to(Pointer.to(arguments.asByteBuffer()));
    check(
        "cuLaunchKernel",
        JCudaDriver.cuLaunchKernel(
            ((Function) kernel).function(),
            grid.x(),
            grid.y(),
            grid.z(),
            grid.threads(),
            1,
            1,
            0,
            of(Stream.COMPUTE),
            parameters,
            null));
  }

  @Override
  public void start(LibraryWork work) {
    ask(() -> work.start(of(Stream.COMPUTE).handle()));
  }

  /** A library has codes of its own; whether the device is lost, the driver knows. */
  @Override
  public void ask(Runnable question) {
    bind();
    try {
      question.run();
    } catch (LongtakeException e) {
      int code = JCudaDriver.cuStreamQuery(of(Stream.COMPUTE));
      if (CudaCodes.isSticky(code)) {
        throw CudaFailure.of(device, e.getMessage(), code);
      }
      throw e;
    }
  }

  /** Frees what it can; a lost device refuses everything, and that is no news. */
  @Override
  public void close() {
    if (JCudaDriver.cuCtxSetCurrent(context) == 0) {
      pinned.forEach(JCudaDriver::cuMemFreeHost);
      events.forEach(JCudaDriver::cuEventDestroy);
      modules.modules().values().forEach(JCudaDriver::cuModuleUnload);
    }
    giveBack();
  }

  private void giveBack() {
    streams.values().forEach(JCudaDriver::cuStreamDestroy);
    JCudaDriver.cuDevicePrimaryCtxRelease(handle);
  }
}
