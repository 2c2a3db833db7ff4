package dev.longtake.ops.fuzz;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that reads bytes from outside, and what it promises whatever they are: a value, or a
 * {@link LongtakeException} that says what is wrong with them, soon, and without allocating for
 * what they only claim.
 *
 * @param name what it reads, one word
 * @param reader takes the bytes
 * @param refusals codes that it may refuse them with
 * @param allocationMax bytes that it may allocate whatever the input; {@value #BYTES_A_BYTE} more
 *     for each of its bytes
 * @param change makes another input of one
 * @param seeds inputs to begin with, good ones among them
 */
record FuzzTarget(
    String name,
    Reader reader,
    Set<ErrorCode> refusals,
    long allocationMax,
    Change change,
    Supplier<List<byte[]>> seeds) {

  private static final int BYTES_A_BYTE = 4000;
  private static final int MESSAGE_LENGTH_MAX = 1 << 16;
  private static final Duration CPU_MAX = Duration.ofSeconds(10);

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  FuzzTarget {
    refusals = Set.copyOf(refusals);
  }

  /** Reads the bytes and drops what it made of them. */
  interface Reader {
    void read(byte[] input) throws Exception;
  }

  /** What was promised and not kept. */
  static final class BrokenPromise extends AssertionError {
    BrokenPromise(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** Tries one input; throws what it should not have, or {@link BrokenPromise}. */
  void check(byte[] input) throws Exception {
    // The first time classes are loaded, which is not the input's doing.
    if (excess(input).isPresent()) {
      excess(input)
          .ifPresent(
              excess -> {
                throw new BrokenPromise(excess, null);
              });
    }
  }

  /** What it took that it should not have, if anything. */
  private Optional<String> excess(byte[] input) throws Exception {
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long cpuNanos = THREADS.getCurrentThreadCpuTime();
    try {
      reader.read(input.clone());
    } catch (LongtakeException e) {
      checkRefusal(e);
    }
    allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    cpuNanos = THREADS.getCurrentThreadCpuTime() - cpuNanos;
    long most = allocationMax + (long) BYTES_A_BYTE * input.length;
    if (allocated <= most && cpuNanos <= CPU_MAX.toNanos()) {
      return Optional.empty();
    }
    return Optional.of(
        "%s: expected at most %d bytes allocated for %d, and %s of a processor, found %d and %s"
            .formatted(name, most, input.length, CPU_MAX, allocated, Duration.ofNanos(cpuNanos)));
  }

  private void checkRefusal(LongtakeException refusal) {
    if (!refusals.contains(refusal.code())) {
      throw new BrokenPromise(
          "%s: expected one of %s, found %s".formatted(name, refusals, refusal.code()), refusal);
    }
    String message = String.valueOf(refusal.getMessage());
    if (message.isBlank() || message.length() > MESSAGE_LENGTH_MAX) {
      throw new BrokenPromise(
          "%s: expected a message of 1 to %d characters, found %d"
              .formatted(name, MESSAGE_LENGTH_MAX, message.length()),
          refusal);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
