package dev.longtake.coordinator.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.dispatch.ChunkCounts;
import dev.longtake.coordinator.dispatch.view.FleetView;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.WorkerMark;
import dev.longtake.story.status.TenantScope;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkersPageTest {

  private static final String REASON = "3 failures, the last: story-000007 of \"secret\"";

  private static WorkersPage.Worker worker(TenantScope scope) {
    var fleet =
        new FleetView(
            true,
            List.of(),
            List.of(
                new FleetView.Worker(
                    new WorkerKey("gpu-7", "boot"),
                    "node",
                    "class",
                    "model",
                    "",
                    true,
                    List.of(new LeaseToken("story-000007", 0, LeaseToken.Kind.CHUNK, 0, 1)),
                    TenantScope.ALL)),
            List.of(),
            ChunkCounts.NONE,
            List.of());
    var mark =
        new WorkerMark(
            "gpu-7", WorkerMark.Kind.QUARANTINED, REASON, Instant.EPOCH, Optional.empty(), 1);
    var picture =
        new FarmPicture(
            Instant.EPOCH, fleet, List.of(), List.of(), Map.of("gpu-7", mark), Optional.empty());
    return WorkersPage.of(picture, scope).workers().getFirst();
  }

  @Test
  void of_forWhoSeesAll_hasWhatWorkersHoldAndWhyTheyGetNothing() {
    WorkersPage.Worker worker = worker(TenantScope.ALL);

    assertThat(worker.mark().reason()).isEqualTo(REASON);
    assertThat(worker.holds()).extracting(WorkersPage.Held::story).containsExactly("story-000007");
  }

  /** What the farm writes down names stories, and says what failed. */
  @Test
  void of_forATenant_hasNothingOfOthersWork() {
    WorkersPage.Worker worker = worker(new TenantScope("red"));

    assertThat(worker.state()).isEqualTo("quarantined");
    assertThat(worker.mark().reason()).isEqualTo("not told: it may name others' work");
    assertThat(worker.holds()).isEmpty();
  }
}
