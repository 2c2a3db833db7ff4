package dev.longtake.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.LongtakeException;
import dev.longtake.story.status.TenantStatus;
import dev.longtake.story.status.TenantStatus.Today;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TenantWireTest {

  private static final TenantStatus NORTH =
      new TenantStatus(
          "north",
          3,
          OptionalInt.of(40),
          2.5,
          3.25,
          4,
          5,
          new Today(Duration.ofSeconds(90), Optional.of(Duration.ofHours(2))));
  private static final TenantStatus SOUTH =
      new TenantStatus("south", 1, OptionalInt.empty(), 0, 0, 0, 0, Today.NOTHING);

  @Test
  void fromProto_ofToProto_isTheSame() {
    assertThat(FleetWire.fromProto(FleetWire.toProto(NORTH))).isEqualTo(NORTH);
    assertThat(FleetWire.fromProto(FleetWire.toProto(SOUTH))).isEqualTo(SOUTH);
  }

  @Test
  void fromProto_ofAWeightThatIsNone_isRefused() {
    assertThatThrownBy(
            () -> FleetWire.fromProto(FleetWire.toProto(NORTH).toBuilder().setWeight(0).build()))
        .isInstanceOf(LongtakeException.class)
        .hasMessageContaining("weight: expected more than 0, found 0");
  }
}
