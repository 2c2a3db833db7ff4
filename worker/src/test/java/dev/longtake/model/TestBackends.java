package dev.longtake.model;

import static java.util.Objects.requireNonNull;

import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Precision;
import dev.longtake.tensor.ReferenceBackend;
import dev.longtake.tensor.cpu.CpuBackend;
import dev.longtake.tensor.cuda.CudaDevices;
import java.util.List;
import java.util.stream.Stream;

/** The backends that a model's golden tests run on. */
public enum TestBackends {
  /** In plain loops: slow, so that it runs only the last of several cases. */
  REFERENCE {
    @Override
    public Backend open() {
      return new ReferenceBackend();
    }

    @Override
    public <T> Stream<T> cases(List<T> cases) {
      return cases.stream().skip(cases.size() - 1);
    }
  },
  CPU {
    @Override
    public Backend open() {
      return CpuBackend.create(2);
    }

    @Override
    public <T> Stream<T> cases(List<T> cases) {
      return cases.stream();
    }
  },
  /** In 32-bit floats, on whatever runs its kernels here; left out, aloud, if nothing does. */
  CUDA {
    @Override
    public Backend open() {
      return requireNonNull(CudaDevices.openOrSkip(Precision.F32));
    }

    @Override
    public <T> Stream<T> cases(List<T> cases) {
      return cases.stream().skip(cases.size() - 1);
    }
  };

  public abstract Backend open();

  /** The cases worth the time on this backend. */
  public abstract <T> Stream<T> cases(List<T> cases);

  public static Stream<TestBackends> all() {
    return Stream.of(values()).filter(it -> it != CUDA || CudaDevices.isPossible());
  }
}
