package dev.longtake.ops.localfarm;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A process that was started. Numbers of processes are used again, hence the time.
 *
 * @param pid its number
 * @param startMillis when it was started, as the system counts
 */
record StartedProgram(long pid, long startMillis) {

  /** The system's own figure moves a little when its clock is set. */
  private static final Duration SAME = Duration.ofSeconds(2);

  static StartedProgram of(Process process) {
    Instant start = process.info().startInstant().orElseGet(Instant::now);
    return new StartedProgram(process.pid(), start.toEpochMilli());
  }

  /** The process, unless it has ended. */
  @JsonIgnore
  Optional<ProcessHandle> process() {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::isSame);
  }

  private boolean isSame(ProcessHandle process) {
    return process
        .info()
        .startInstant()
        .map(start -> Math.abs(start.toEpochMilli() - startMillis) <= SAME.toMillis())
        .orElse(true);
  }
}
