package dev.longtake.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SlabDisagreementTest {

  private static Slab slab(float... velocity) {
    return new Slab(1, 1, 1, velocity.length, velocity);
  }

  @Test
  void between_equalSlabs_isZero() {
    assertThat(SlabDisagreement.between(slab(1, -2, 3), slab(1, -2, 3))).isZero();
    assertThat(SlabDisagreement.between(slab(0, 0), slab(0, 0))).isZero();
  }

  @Test
  void between_oppositeSlabs_isTwo() {
    assertThat(SlabDisagreement.between(slab(1, -2, 3), slab(-1, 2, -3))).isEqualTo(2);
  }

  @Test
  void between_swappedSlabs_isTheSame() {
    double one = SlabDisagreement.between(slab(1, 2, 5), slab(2, 2, 1));

    assertThat(one).isEqualTo(SlabDisagreement.between(slab(2, 2, 1), slab(1, 2, 5)));
    assertThat(one).isEqualTo(2.0 * (1 + 0 + 4) / (8 + 5));
  }

  @Test
  void between_slabsOfDifferentSizes_isRefused() {
    assertThatThrownBy(() -> SlabDisagreement.between(slab(1), slab(1, 2)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
