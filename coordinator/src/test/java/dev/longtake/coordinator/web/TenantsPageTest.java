package dev.longtake.coordinator.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.longtake.coordinator.dispatch.ChunkCounts;
import dev.longtake.coordinator.dispatch.view.FleetView;
import dev.longtake.story.status.TenantScope;
import dev.longtake.story.status.TenantStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TenantsPageTest {

  private static final FleetView FLEET =
      new FleetView(
          true,
          List.of(),
          List.of(),
          List.of(),
          ChunkCounts.NONE,
          List.of(
              new TenantStatus(
                  "blue",
                  3,
                  OptionalInt.of(8),
                  1.5,
                  2.25,
                  5,
                  7,
                  new TenantStatus.Today(Duration.ofSeconds(90), Optional.of(Duration.ofHours(1)))),
              new TenantStatus(
                  "red", 1, OptionalInt.empty(), 1.5, 0.75, 2, 0, TenantStatus.Today.NOTHING)));

  private static TenantsPage page(TenantScope scope) {
    var nothing =
        new FarmPicture(Instant.EPOCH, FLEET, List.of(), List.of(), Map.of(), Optional.empty());
    return TenantsPage.of(nothing, FLEET, scope);
  }

  @Test
  void of_forWhoSeesAll_hasEveryTenantsShare() {
    assertThat(page(TenantScope.ALL).tenants())
        .extracting(TenantsPage.Tenant::name, TenantsPage.Tenant::share)
        .containsExactly(
            tuple("blue", new TenantsPage.Share(3, 1.5, 2.25, 5, 8, 7, 90_000, 3_600_000)),
            tuple("red", new TenantsPage.Share(1, 1.5, 0.75, 2, 0, 0, 0, 0)));
  }

  @Test
  void of_forATenant_hasItsOwnAlone() {
    assertThat(page(new TenantScope("red")).tenants())
        .extracting(TenantsPage.Tenant::name)
        .containsExactly("red");
  }
}
