package dev.longtake.tensor.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.longtake.tensor.cuda.kernel.CodeRefusedException;
import dev.longtake.tensor.cuda.kernel.KernelModules;
import dev.longtake.tensor.cuda.kernel.KernelSource;
import jcuda.Pointer;
import jcuda.driver.CUjit_option;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;
import jcuda.driver.JITOptions;

/** Loads machine code and PTX into the context that is bound. */
record JcudaModules(String device) implements KernelModules.Target<CUmodule> {

  private static final int LOG_BYTES = 8 << 10;

  @Override
  public CUmodule load(KernelSource source, byte[] code) throws CodeRefusedException {
    CUmodule module = new CUmodule();
    JITOptions options = new JITOptions();
    options.putBytes(CUjit_option.CU_JIT_ERROR_LOG_BUFFER, new byte[LOG_BYTES]);
    options.putInt(CUjit_option.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES, LOG_BYTES);
    int result = JCudaDriver.cuModuleLoadDataJIT(module, Pointer.to(code), options);
    if (CudaCodes.isCodeRefused(result)) {
      String log = text(options.getBytes(CUjit_option.CU_JIT_ERROR_LOG_BUFFER));
      String said = log.isEmpty() ? "" : ", which says: " + log;
      throw new CodeRefusedException(
          "%s.cu: %s%s".formatted(source.name(), CudaFailure.meaning(result), said));
    }
    if (result != 0) {
      // No kernel ran yet.
      throw CudaFailure.atStart(device, "cuModuleLoadDataEx " + source.name(), result);
    }
    return module;
  }

  /** A C string that may fill its buffer, as part of one sentence. */
  private static String text(byte[] log) {
    int end = 0;
    while (end < log.length && log[end] != 0) {
      end++;
    }
    return new String(log, 0, end, UTF_8).strip().replaceAll("\\s*\n\\s*", "; ");
  }

  @Override
  public void unload(CUmodule module) {
    JCudaDriver.cuModuleUnload(module);
  }
}
