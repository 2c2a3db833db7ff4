package dev.longtake.ops.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.story.status.TenantStatus;
import dev.longtake.story.status.TenantStatus.Today;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TenantsCommandTest {

  /** As {@code ops/docs/shares.md} shows it. */
  @Test
  void lines_ofTenants_areATable() {
    List<TenantStatus> tenants =
        List.of(
            new TenantStatus(
                "north",
                3,
                OptionalInt.of(400),
                3,
                3,
                3,
                17,
                new Today(Duration.ofMinutes(83), Optional.of(Duration.ofHours(20)))),
            new TenantStatus("south", 1, OptionalInt.empty(), 1, 1, 1, 19, Today.NOTHING));

    assertThat(TenantsCommand.lines(tenants))
        .containsExactly(
            "TENANT  WEIGHT  WORKERS    SHARE  UNDERWAY  AT MOST  WAITING          TODAY          A"
                + " DAY",
            "north        3      3.0      3.0         3      400       17     1 h 23 min    20 h 00"
                + " min",
            "south        1      1.0      1.0         1        -       19            0 s           "
                + "   -");
  }
}
