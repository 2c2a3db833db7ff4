package dev.longtake.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.digest.Digest;
import dev.longtake.story.Camera;
import dev.longtake.story.FrameRate;
import dev.longtake.story.FrameSize;
import dev.longtake.story.Picture;
import dev.longtake.story.Reference;
import dev.longtake.story.RenderSettings;
import dev.longtake.story.Shot;
import dev.longtake.story.ShotText;
import dev.longtake.story.Story;
import dev.longtake.story.Transition;
import dev.longtake.story.World;
import dev.longtake.testing.RecordFlips;
import dev.longtake.testing.RecordFlips.Flip;
import dev.longtake.testing.TestStories;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A story's content digest is over all of it: request ids are made from it. */
class ContentDigestTest {

  /**
   * A story in which every part can change: its world has references that no shot names, and some
   * that a shot may name instead of another.
   */
  private static Story story() {
    World world =
        new World("New York", references("c"), references("p"), references("s"), references("y"));
    return new Story(
        "Zoo",
        world,
        new FrameSize(64, 48),
        FrameRate.of(8),
        7,
        List.of(shot("first", 48), shot("second", 64), shot("third", 20)),
        List.of(new Transition.Dissolve(4), new Transition.Fade(5, 0x102030)),
        RenderSettings.DEFAULT);
  }

  private static List<Reference> references(String kind) {
    return List.of(
        reference(kind + "0"),
        reference(kind + "1"),
        reference(kind + "1x"),
        reference(kind + "2"));
  }

  private static Reference reference(String id) {
    return new Reference(
        id, "a " + id, List.of(new Picture(id + ".png", Digest.ofText(id), 64, 48)));
  }

  private static Shot shot(String id, int frameCount) {
    return new Shot(
        id,
        "s1",
        List.of("c1", "c2"),
        List.of("p1", "p2"),
        List.of("y1", "y2"),
        new ShotText("an animal walks", Optional.of("blurred")),
        frameCount,
        Camera.PAN_LEFT,
        3);
  }

  @Test
  void contentDigest_ofAnyOtherPart_differs() {
    Digest digest = StoryWire.contentDigest(story());

    assertThat(RecordFlips.of(story()))
        .filteredOn(flip -> StoryWire.contentDigest(flip.changed()).equals(digest))
        .extracting(Flip::path)
        .as("parts of a story that its message leaves out")
        .isEmpty();
  }

  /** Stories that were submitted before are known by it. */
  @Test
  void contentDigest_ofAKnownStory_staysWhatItIs() {
    assertThat(StoryWire.contentDigest(TestStories.story()).hex())
        .isEqualTo("9f82bb4edc53cfa6715060ec31da2845b649c410c9bcddf1af5fd7a54c9adabd");
  }

  @Test
  void contentDigest_ofAnEqualStory_isEqual() {
    assertThat(StoryWire.contentDigest(story())).isEqualTo(StoryWire.contentDigest(story()));
    assertThat(StoryWire.contentDigest(StoryWire.fromProto(StoryWire.toProto(story()))))
        .isEqualTo(StoryWire.contentDigest(story()));
  }
}
