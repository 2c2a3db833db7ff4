package dev.longtake.tensor.cuda;

import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;

/** What the driver tells without a context. No code is a lost device here. */
final class JcudaDevices {

  private static final int NAME_BYTES = 256;
  private static final String DRIVER = "the NVIDIA driver";

  /** What is known of a device without using it. */
  record Facts(String name, int computeCapability, long totalBytes, String pciBusId) {}

  private JcudaDevices() {}

  /**
   * Starts the driver.
   *
   * @param folder for JCuda's native library
   * @return its result code
   */
  static int initialise(Path folder) {
    JcudaLibrary.load(folder);
    return JCudaDriver.cuInit(0);
  }

  /** The newest CUDA version that the driver knows, 12060 for 12.6. */
  static int version() {
    int[] version = new int[1];
    check(DRIVER, "cuDriverGetVersion", JCudaDriver.cuDriverGetVersion(version));
    return version[0];
  }

  /** What devices there are; perhaps none. */
  static List<Facts> all() {
    int[] count = new int[1];
    int code = JCudaDriver.cuDeviceGetCount(count);
    if (code == CudaCodes.NO_DEVICE) {
      return List.of();
    }
    check(DRIVER, "cuDeviceGetCount", code);
    List<Facts> devices = new ArrayList<>();
    for (int i = 0; i < count[0]; i++) {
      devices.add(facts("cuda:" + i, handle(i)));
    }
    return devices;
  }

  /** A device's handle, by its number. */
  static CUdevice handle(int index) {
    CUdevice device = new CUdevice();
    check("cuda:" + index, "cuDeviceGet", JCudaDriver.cuDeviceGet(device, index));
    return device;
  }

  static Facts facts(String name, CUdevice device) {
    byte[] text = new byte[NAME_BYTES];
    long[] total = new long[1];
    String[] bus = new String[1];
    check(name, "cuDeviceGetName", JCudaDriver.cuDeviceGetName(text, NAME_BYTES, device));
    check(name, "cuDeviceTotalMem", JCudaDriver.cuDeviceTotalMem(total, device));
    check(name, "cuDeviceGetPCIBusId", JCudaDriver.cuDeviceGetPCIBusId(bus, NAME_BYTES, device));
    return new Facts(
        new String(text, StandardCharsets.UTF_8).replaceAll("\0.*", "").strip(),
        10 * attribute(name, device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
            + attribute(name, device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR),
        total[0],
        String.valueOf(bus[0]));
  }

  /** One of a device's numbers. */
  static int attribute(String name, CUdevice device, int attribute) {
    int[] value = new int[1];
    check(name, "cuDeviceGetAttribute", JCudaDriver.cuDeviceGetAttribute(value, attribute, device));
    return value[0];
  }

  private static void check(String device, String call, int code) {
    if (code != 0) {
      throw CudaFailure.atStart(device, call, code);
    }
  }
}
