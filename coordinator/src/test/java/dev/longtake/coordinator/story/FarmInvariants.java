package dev.longtake.coordinator.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.story.WorkState.Done;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.lease.LeaseToken.Kind;

/** What has to hold of a story at any time. */
public final class FarmInvariants {

  private FarmInvariants() {}

  public static void check(StoryProgress story) {
    for (ShotProgress shot : story.shots()) {
      // Whoever exchanges within one worker belongs to it: a lost chunk takes its neighbour along.
      for (int i = 0; i < shot.remote().size() && shot.latents().isEmpty(); i++) {
        boolean isLocal = !shot.remote().get(i);
        if (isLocal
            && shot.chunks().get(i) instanceof Leased left
            && shot.chunks().get(i + 1) instanceof Leased right) {
          assertThat(left.worker())
              .as("local boundary %d of shot %d", i, shot.plan().shotIndex())
              .isEqualTo(right.worker());
          assertThat(left.resumeStep()).as("start at boundary %d", i).isEqualTo(right.resumeStep());
        }
      }
      // Chunks are leased as a gang and taken back in runs: none waits beside a local neighbour
      // that is under way.
      for (int i = 0; i < shot.remote().size() && shot.latents().isEmpty(); i++) {
        if (!shot.remote().get(i)) {
          boolean left = shot.chunks().get(i) instanceof WorkState.Waiting;
          boolean right = shot.chunks().get(i + 1) instanceof WorkState.Waiting;
          assertThat(left).as("local boundary %d", i).isEqualTo(right);
          if (shot.chunks().get(i) instanceof WorkState.Waiting one
              && shot.chunks().get(i + 1) instanceof WorkState.Waiting other) {
            assertThat(one.resumeStep()).as("boundary %d", i).isEqualTo(other.resumeStep());
          }
        }
      }
      // Nothing is decoded before there is something to decode.
      if (shot.latents().isEmpty()) {
        assertThat(shot.segments()).allMatch(segment -> segment.attempt() == 0);
        assertThat(shot.leasable(Kind.SEGMENT)).isEmpty();
      } else {
        assertThat(shot.leasable(Kind.CHUNK)).isEmpty();
      }
      if (shot.isDone()) {
        assertThat(shot.result().segments()).hasSameSizeAs(shot.segments());
        assertThat(shot.segments()).allMatch(Done.class::isInstance);
      }
    }
  }
}
