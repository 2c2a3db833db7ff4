package dev.longtake.tensor.cuda;

import static java.util.Objects.requireNonNull;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
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
import org.jspecify.annotations.Nullable;

/**
 * A device through CUDA's driver API. The one class that calls {@code jcuda}; made by {@link
 * CudaSystem}, which finds out first whether the driver is there.
 *
 * <p>CUDA binds its context to a thread; it is bound again when another thread calls.
 */
final class JcudaDriver implements CudaDriver {

  private static final int NAME_BYTES = 256;

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

  /** What is known of a device without using it. */
  record Facts(String name, int computeCapability, long totalBytes, String pciBusId) {}

  private final String device;
  private final int computeCapability;
  private final KernelCompiler compiler;
  private final KernelCache cache;
  private final CUdevice handle = new CUdevice();
  private final CUcontext context = new CUcontext();
  private final Map<Stream, Line> streams = new EnumMap<>(Stream.class);
  private final Map<String, CUmodule> modules = new HashMap<>();
  private final List<CUevent> events = new ArrayList<>();
  private final List<Pointer> pinned = new ArrayList<>();
  private @Nullable Thread bound;

  JcudaDriver(int index, KernelCompiler compiler, KernelCache cache) {
    device = "cuda:" + index;
    this.compiler = compiler;
    this.cache = cache;
    check("cuDeviceGet", JCudaDriver.cuDeviceGet(handle, index));
    computeCapability = capability(handle);
    check("cuDevicePrimaryCtxRetain", JCudaDriver.cuDevicePrimaryCtxRetain(context, handle));
    bind();
    for (Stream stream : Stream.values()) {
      Line created = new Line();
      check(
          "cuStreamCreate",
          JCudaDriver.cuStreamCreate(created, CUstream_flags.CU_STREAM_NON_BLOCKING));
      streams.put(stream, created);
    }
  }

  private Line of(Stream stream) {
    return requireNonNull(streams.get(stream), "stream");
  }

  /** Starts the driver; its result code. */
  static int initialise() {
    JCudaDriver.setExceptionsEnabled(false);
    return JCudaDriver.cuInit(0);
  }

  /** The newest CUDA version that the driver knows, 12060 for 12.6. */
  static int version() {
    int[] version = new int[1];
    checkOf("the driver", "cuDriverGetVersion", JCudaDriver.cuDriverGetVersion(version));
    return version[0];
  }

  /** What devices there are. */
  static List<Facts> devices() {
    int[] count = new int[1];
    checkOf("the driver", "cuDeviceGetCount", JCudaDriver.cuDeviceGetCount(count));
    List<Facts> devices = new ArrayList<>();
    for (int i = 0; i < count[0]; i++) {
      CUdevice device = new CUdevice();
      String name = "cuda:" + i;
      byte[] text = new byte[NAME_BYTES];
      long[] total = new long[1];
      String[] bus = new String[1];
      checkOf(name, "cuDeviceGet", JCudaDriver.cuDeviceGet(device, i));
      checkOf(name, "cuDeviceGetName", JCudaDriver.cuDeviceGetName(text, NAME_BYTES, device));
      checkOf(name, "cuDeviceTotalMem", JCudaDriver.cuDeviceTotalMem(total, device));
      checkOf(
          name, "cuDeviceGetPCIBusId", JCudaDriver.cuDeviceGetPCIBusId(bus, NAME_BYTES, device));
      devices.add(
          new Facts(
              new String(text, StandardCharsets.UTF_8).replaceAll("\0.*", "").strip(),
              capability(device),
              total[0],
              String.valueOf(bus[0])));
    }
    return devices;
  }

  private static int capability(CUdevice device) {
    return 10 * attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
        + attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
  }

  private static int attribute(CUdevice device, int attribute) {
    int[] value = new int[1];
    checkOf(
        "device",
        "cuDeviceGetAttribute",
        JCudaDriver.cuDeviceGetAttribute(value, attribute, device));
    return value[0];
  }

  private static void checkOf(String device, String call, int code) {
    if (code != 0) {
      throw CudaFailure.of(device, call, code);
    }
  }

  private void check(String call, int code) {
    checkOf(device, call, code);
  }

  private void bind() {
    if (bound != Thread.currentThread()) {
      check("cuCtxSetCurrent", JCudaDriver.cuCtxSetCurrent(context));
      bound = Thread.currentThread();
    }
  }

  @Override
  public String architecture() {
    return "sm" + computeCapability;
  }

  @Override
  public int computeCapability() {
    return computeCapability;
  }

  @Override
  public int multiprocessorCount() {
    return attribute(handle, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
  }

  @Override
  public String compiler() {
    return compiler.version();
  }

  @Override
  public long allocate(long byteCount) {
    bind();
    Address address = new Address();
    int code = JCudaDriver.cuMemAlloc(address, byteCount);
    if (code == CudaFailure.OUT_OF_MEMORY) {
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
    check("cuMemHostAlloc", JCudaDriver.cuMemHostAlloc(pointer, byteCount, 0));
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
    check("cuEventCreate", JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING));
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
    if (code == CudaFailure.NOT_READY) {
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
    CUmodule module = modules.get(source.name());
    if (module == null) {
      module = new CUmodule();
      byte[] code = cache.code(source, computeCapability);
      check("cuModuleLoadData " + source.name(), JCudaDriver.cuModuleLoadData(module, code));
      modules.put(source.name(), module);
    }
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
    bind();
    work.start(of(Stream.COMPUTE).handle());
  }

  /** Frees what it can; a lost device refuses everything, and that is no news. */
  @Override
  public void close() {
    int bindCode = JCudaDriver.cuCtxSetCurrent(context);
    if (bindCode != 0) {
      return;
    }
    bound = Thread.currentThread();
    pinned.forEach(JCudaDriver::cuMemFreeHost);
    events.forEach(JCudaDriver::cuEventDestroy);
    modules.values().forEach(JCudaDriver::cuModuleUnload);
    streams.values().forEach(JCudaDriver::cuStreamDestroy);
    JCudaDriver.cuDevicePrimaryCtxRelease(handle);
  }
}
