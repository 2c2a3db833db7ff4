package dev.longtake.latent.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.config.Secret;
import org.junit.jupiter.api.Test;

class FarmKeyTest {

  private static final byte[] CONTENT = {1, 2, 3};

  private final FarmKey key = new FarmKey(new Secret("of this farm"));

  @Test
  void open_whatWasSealed_isTheContent() {
    assertThat(key.open("slabs", "a/1", key.seal("slabs", "a/1", CONTENT))).hasValue(CONTENT);
    assertThat(key.open("slabs", "a/1", key.seal("slabs", "a/1", new byte[0])))
        .hasValue(new byte[0]);
  }

  @Test
  void open_underAnotherNameOrKey_isNothing() {
    byte[] sealed = key.seal("slabs", "a/1", CONTENT);

    assertThat(key.open("slabs", "a/2", sealed)).isEmpty();
    assertThat(key.open("checkpoints", "a/1", sealed)).isEmpty();
    assertThat(new FarmKey(new Secret("of another")).open("slabs", "a/1", sealed)).isEmpty();
  }

  @Test
  void open_anyBitChanged_isNothing() {
    byte[] sealed = key.seal("slabs", "a/1", CONTENT);
    for (int bit = 0; bit < 8 * sealed.length; bit++) {
      byte[] damaged = sealed.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);

      assertThat(key.open("slabs", "a/1", damaged)).as("bit %d", bit).isEmpty();
    }
    assertThat(key.open("slabs", "a/1", new byte[FarmKey.SEAL_BYTES - 1])).isEmpty();
  }

  @Test
  void clusterName_ofASecret_isAlwaysTheSameAndAnother() {
    assertThat(key.clusterName())
        .isEqualTo(new FarmKey(new Secret("of this farm")).clusterName())
        .isNotEqualTo(new FarmKey(new Secret("of another")).clusterName())
        .doesNotContain("farm");
  }
}
