package dev.longtake.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.LongtakeException;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.WorkerMark;
import dev.longtake.lease.WorkerStatus;
import dev.longtake.story.status.TenantScope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FleetWireTest {

  private static WorkerMark mark(WorkerMark.Kind kind, Optional<Instant> until) {
    return new WorkerMark("w", kind, "why", Instant.ofEpochSecond(5), until, 2);
  }

  @ParameterizedTest
  @EnumSource
  void worker_withEachMark_comesBackAsItWas(WorkerMark.Kind kind) {
    var there =
        new WorkerStatus(
            "w",
            Optional.of(
                new WorkerStatus.Connection(
                    "1", "cpu-avx2-f32-1", "toybox", "alone", new TenantScope("red"))),
            true,
            List.of(new LeaseToken("story-1", 0, LeaseToken.Kind.SEGMENT, 3, 2)),
            Optional.of(mark(kind, Optional.of(Instant.ofEpochSecond(9)))));
    var absent = WorkerStatus.absent(mark(kind, Optional.empty()));

    assertThat(FleetWire.fromProto(FleetWire.toProto(there))).isEqualTo(there);
    assertThat(FleetWire.fromProto(FleetWire.toProto(absent))).isEqualTo(absent);
  }

  @Test
  void asked_withALength_endsByItself() {
    WorkerMark asked =
        FleetWire.asked(
            "w",
            WorkerMark.Kind.QUARANTINED,
            "hot",
            Instant.EPOCH,
            Optional.of(TimeWire.toProto(Duration.ofMinutes(3))));

    assertThat(asked.until()).contains(Instant.EPOCH.plusSeconds(180));
  }

  @Test
  void asked_withoutAReason_isRefused() {
    assertThatThrownBy(
            () ->
                FleetWire.asked("w", WorkerMark.Kind.DRAINED, " ", Instant.EPOCH, Optional.empty()))
        .isInstanceOf(LongtakeException.class)
        .hasMessageContaining("reason: expected 1 to 500 characters, found 1");
  }
}
