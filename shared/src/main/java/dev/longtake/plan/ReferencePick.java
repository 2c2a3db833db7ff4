package dev.longtake.plan;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.plan.ReferencePicture.Fit;
import dev.longtake.story.Picture;
import dev.longtake.story.Reference;
import dev.longtake.story.Shot;
import dev.longtake.story.StoryLimits;
import dev.longtake.story.World;
import java.util.ArrayList;
import java.util.List;

/**
 * Chooses the pictures that go into every chunk of a shot: cast, props, scene, in the order in
 * which the shot lists them. Where there are more pictures than the model takes, every reference
 * keeps its first ones, as evenly as can be.
 */
final class ReferencePick {

  private record Candidate(Reference reference, Fit fit) {}

  private ReferencePick() {}

  static List<ReferencePicture> of(Shot shot, World world, int referenceCountMax) {
    List<Candidate> candidates = candidates(shot, world);
    if (candidates.size() > referenceCountMax) {
      throw new LongtakeException(
          ErrorCode.STORY_INVALID,
          "shot %s: expected at most %d characters, props and scenes with pictures, found %d"
              .formatted(shot.id(), referenceCountMax, candidates.size()));
    }
    int[] taken = evenly(candidates, referenceCountMax);
    List<ReferencePicture> pictures = new ArrayList<>();
    for (int i = 0; i < taken.length; i++) {
      Candidate candidate = candidates.get(i);
      for (Picture picture : candidate.reference().pictures().subList(0, taken[i])) {
        pictures.add(new ReferencePicture(picture.digest(), candidate.fit()));
      }
    }
    return pictures;
  }

  private static List<Candidate> candidates(Shot shot, World world) {
    List<Candidate> candidates = new ArrayList<>();
    shot.cast().forEach(id -> world.character(id).ifPresent(it -> add(candidates, it, Fit.CANVAS)));
    shot.props().forEach(id -> world.prop(id).ifPresent(it -> add(candidates, it, Fit.CANVAS)));
    world.scene(shot.scene()).ifPresent(it -> add(candidates, it, Fit.COVER));
    return candidates;
  }

  private static void add(List<Candidate> candidates, Reference reference, Fit fit) {
    if (!reference.pictures().isEmpty()) {
      candidates.add(new Candidate(reference, fit));
    }
  }

  /** How many pictures of each candidate are taken: round by round, one of each, until full. */
  private static int[] evenly(List<Candidate> candidates, int countMax) {
    int[] taken = new int[candidates.size()];
    int left = countMax;
    for (int round = 1; round <= StoryLimits.PICTURES_PER_REFERENCE_MAX; round++) {
      for (int i = 0; i < taken.length && left > 0; i++) {
        if (candidates.get(i).reference().pictures().size() >= round) {
          taken[i]++;
          left--;
        }
      }
    }
    return taken;
  }
}
