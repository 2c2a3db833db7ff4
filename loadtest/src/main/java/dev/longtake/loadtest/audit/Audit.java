package dev.longtake.loadtest.audit;

import dev.longtake.digest.Digest;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.loadtest.client.StoryBook.Entry;
import dev.longtake.loadtest.history.LeaseHistory.Attempt;
import dev.longtake.loadtest.history.LeaseHistory.Stage;
import dev.longtake.loadtest.history.WorkId;
import dev.longtake.loadtest.scenario.SimulatedModel;
import dev.longtake.loadtest.scenario.StorySource;
import dev.longtake.plan.ShotPlan;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whether a farm has kept its promises, from what was seen from outside: by its clients, by its
 * workers, and in what it counts itself. A run of which one is broken has failed, however fast it
 * was.
 */
public final class Audit {

  private final Evidence evidence;

  private Audit(Evidence evidence) {
    this.evidence = evidence;
  }

  /** Looks at everything. */
  public static List<Invariant> of(Evidence evidence) {
    var audit = new Audit(evidence);
    return List.of(
        audit.stories(),
        audit.calls(),
        audit.committedOnce(),
        audit.contents(),
        Invariant.of(
            "attempts at a piece of work only grow",
            evidence.history().workCount(),
            evidence.history().backwards()),
        Invariant.of(
            "no lease is given to two workers",
            evidence.history().leases(),
            evidence.history().duplicates()),
        Invariant.of(
            "the same request id gets the same story",
            evidence.requestsRepeated(),
            evidence.book().otherStories()),
        Invariant.of(
            "no worker is ordered more than it may hold",
            evidence.history().leases(),
            evidence.incidents().overCapacity()),
        Invariant.of(
            "no worker is sent away", evidence.history().leases(), evidence.incidents().sentAway()),
        audit.counters(),
        Invariant.of("nothing is left behind", 1, evidence.leftovers()),
        audit.simulation());
  }

  private Invariant stories() {
    List<String> violations = new ArrayList<>();
    for (Entry entry : evidence.book().entries()) {
      StoryStatus last = evidence.statuses().get(entry.storyId());
      if (last == null || !last.state().isEnded()) {
        violations.add("story %s has not ended: %s".formatted(entry.storyId(), last));
      } else if (last.state() == StoryState.FAILED) {
        violations.add("story %s has failed: %s".formatted(entry.storyId(), last.failure()));
      } else if (last.state() != entry.status().state()) {
        violations.add(
            "story %s is %s, and its client was last told %s"
                .formatted(entry.storyId(), last.state(), entry.status().state()));
      }
    }
    return Invariant.of(
        "every accepted story ends, and its client is told",
        evidence.book().entries().size(),
        violations);
  }

  private Invariant calls() {
    return Invariant.of(
        "no call of a client about an accepted story fails",
        evidence.book().entries().size(),
        evidence.book().failedCalls());
  }

  private List<Entry> succeeded() {
    return evidence.book().entries().stream()
        .filter(entry -> evidence.statuses().containsKey(entry.storyId()))
        .filter(entry -> status(entry).state() == StoryState.SUCCEEDED)
        .toList();
  }

  private StoryStatus status(Entry entry) {
    return java.util.Objects.requireNonNull(evidence.statuses().get(entry.storyId()));
  }

  private Invariant committedOnce() {
    List<String> violations = new ArrayList<>();
    long checked = 0;
    for (Entry entry : succeeded()) {
      for (ShotPlan shot : StorySource.plan(entry.story()).shots()) {
        int chunks = shot.chunks().chunks().size();
        int segments = shot.segments().segments().size();
        checked += chunks + segments;
        for (int i = 0; i < chunks; i++) {
          committed(new WorkId(entry.storyId(), shot.shotIndex(), Kind.CHUNK, i), violations);
        }
        for (int i = 0; i < segments; i++) {
          committed(new WorkId(entry.storyId(), shot.shotIndex(), Kind.SEGMENT, i), violations);
        }
      }
    }
    return Invariant.of(
        "each chunk and segment of a film was committed by one attempt, the last",
        checked,
        violations);
  }

  /**
   * Where no stream broke, one attempt alone may have been done. Where some did, an earlier one may
   * have been done too, and come too late: the coordinator's own count says that it was not taken.
   */
  private void committed(WorkId work, List<String> violations) {
    List<Attempt> attempts = evidence.history().attempts(work);
    long done = attempts.stream().filter(it -> it.stage() == Stage.TAKEN).count();
    Optional<Attempt> last = attempts.stream().max(Comparator.comparingInt(Attempt::number));
    boolean isLastDone = last.filter(it -> it.stage() == Stage.TAKEN).isPresent();
    if (!isLastDone || (done > 1 && evidence.incidents().streamsBroken() == 0)) {
      violations.add("%s: %s".formatted(work, attempts));
    }
  }

  private Invariant contents() {
    List<String> violations = new ArrayList<>();
    long checked = 0;
    for (Entry entry : succeeded()) {
      List<ShotPlan> shots = StorySource.plan(entry.story()).shots();
      List<ShotStatus> statuses = status(entry).shots();
      for (int i = 0; i < shots.size(); i++) {
        checked++;
        Digest expected = SimulatedModel.joined(shots.get(i));
        Optional<Digest> found = statuses.get(i).latentsDigest();
        if (!found.equals(Optional.of(expected))) {
          violations.add(
              "story %s, shot %d: expected latents %s, found %s"
                  .formatted(entry.storyId(), i, expected, found));
        }
      }
    }
    return Invariant.of(
        "a shot's latents are those of its chunks, whoever rendered them", checked, violations);
  }

  private Invariant counters() {
    long done =
        evidence.statuses().values().stream()
            .flatMap(story -> story.shots().stream())
            .mapToLong(shot -> shot.counts().chunks().done())
            .sum();
    long counted = (long) evidence.metrics().get("longtake_chunks_completed_total");
    long leased = (long) evidence.metrics().get("longtake_chunk_attempts_total");
    List<String> violations = new ArrayList<>();
    if (counted != done) {
      violations.add(
          "longtake_chunks_completed_total: expected the %d chunks that stories count, found %d"
              .formatted(done, counted));
    }
    if (leased < evidence.history().chunksLeased()) {
      violations.add(
          "longtake_chunk_attempts_total: expected at least the %d chunks that workers got, found %d"
              .formatted(evidence.history().chunksLeased(), leased));
    }
    return Invariant.of("the coordinator counts each chunk once", done, violations);
  }

  private Invariant simulation() {
    return Invariant.of(
        "the simulation itself works",
        1,
        evidence.simulationFailure().isEmpty() ? List.of() : List.of(evidence.simulationFailure()));
  }
}
