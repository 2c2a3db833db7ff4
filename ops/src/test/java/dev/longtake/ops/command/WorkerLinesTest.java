package dev.longtake.ops.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.WorkerMark;
import dev.longtake.lease.WorkerStatus;
import dev.longtake.story.status.TenantScope;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkerLinesTest {

  private static final Optional<WorkerStatus.Connection> THERE =
      Optional.of(
          new WorkerStatus.Connection("1", "cpu-avx2-f32-1", "toybox", "alone", TenantScope.ALL));

  @Test
  void of_workers_saysWhatEachDoesAndWhatIsHeldAgainstIt() {
    var lease = new LeaseToken("story-1", 0, LeaseToken.Kind.CHUNK, 3, 2);
    var drained =
        new WorkerMark(
            "b", WorkerMark.Kind.DRAINED, "new fans", Instant.EPOCH, Optional.empty(), 1);
    var quarantined =
        new WorkerMark(
            "gpu-7",
            WorkerMark.Kind.QUARANTINED,
            "failed on 3 stories",
            Instant.EPOCH,
            Optional.of(Instant.EPOCH.plusSeconds(600)),
            1);

    assertThat(
            WorkerLines.of(
                List.of(
                    new WorkerStatus("a", THERE, false, List.of(lease), Optional.empty()),
                    new WorkerStatus("b", THERE, true, List.of(), Optional.of(drained)),
                    new WorkerStatus("c", THERE, false, List.of(), Optional.empty()),
                    WorkerStatus.absent(quarantined))))
        .containsExactly(
            "ID     STATE        ENGINE          CHUNKS  SEGMENTS  NOTE",
            "a      busy         cpu-avx2-f32-1       1         0  story-1",
            "b      drained      cpu-avx2-f32-1       0         0"
                + "  drained since 1970-01-01T00:00:00Z: new fans",
            "c      idle         cpu-avx2-f32-1       0         0",
            "gpu-7  absent       -                    0         0"
                + "  quarantined since 1970-01-01T00:00:00Z, until 1970-01-01T00:10:00Z:"
                + " failed on 3 stories");
  }
}
