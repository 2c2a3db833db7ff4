package dev.longtake.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.digest.Digest;
import dev.longtake.testing.RecordFlips;
import dev.longtake.testing.RecordFlips.Flip;
import dev.longtake.testing.TestShot;
import dev.longtake.testing.TestStories;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ShotIdentityTest {

  /** Parts that do not change a bit of a result, and why. */
  private static final Map<String, String> IGNORED =
      Map.of(
          "inputs.address.storyId", "the same shot in another story is the same film",
          "inputs.address.shotIndex", "a shot that moves within its story stays what it is",
          "inputs.address.shotId", "a name; a seed that is derived from it is a part of its own");

  private static ShotIdentity identity() {
    ShotInputs inputs =
        TestShot.of(TestStories.model())
            .negativeText("blurred")
            .references(
                new ReferencePicture(Digest.ofText("fox"), ReferencePicture.Fit.CANVAS),
                new ReferencePicture(Digest.ofText("wood"), ReferencePicture.Fit.COVER))
            .inputs();
    return new ShotIdentity(
        inputs, 17, new ChunkPolicy(9, 2), new SegmentPolicy(4, 2), "cpu-avx512-f32-1", 1, "f16");
  }

  @Test
  void key_ofAnyOtherPart_differs() {
    ShotIdentity identity = identity();
    Set<String> same =
        RecordFlips.of(identity).stream()
            .filter(flip -> ShotKey.of(flip.changed()).equals(ShotKey.of(identity)))
            .map(Flip::path)
            .collect(Collectors.toSet());

    assertThat(same)
        .as("parts that ShotKey leaves out: add them there, or here with the reason")
        .isEqualTo(IGNORED.keySet());
  }

  @Test
  void key_ofAllFlips_isEachTimeAnother() {
    assertThat(
            RecordFlips.of(identity()).stream()
                .filter(flip -> !IGNORED.containsKey(flip.path()))
                .map(flip -> ShotKey.of(flip.changed())))
        .doesNotHaveDuplicates();
  }

  /** Results on the disks of farms are found by it. */
  @Test
  void key_ofAKnownIdentity_staysWhatItIs() {
    assertThat(ShotKey.of(identity()))
        .isEqualTo(new Digest("680e8f75c7dcbc9f429f09c46e4922ab819ffe196a3b9046190815f870ed0fa9"));
  }
}
