package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.dispatch.Crew.Member;
import dev.longtake.coordinator.dispatch.StoryDemand.Place;
import dev.longtake.coordinator.dispatch.StoryDemand.Want;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.LeaseToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What stories of one kind want, by what they want, in the order in which they are served, and the
 * {@link Crew} for it. Deals out as {@link DispatchPolicy} does, but looks at those stories alone
 * that get something. Changed in place: one owner.
 */
final class Queues {

  final Crew crew = new Crew();
  private final NavigableMap<Place, StoryDemand> segments = new TreeMap<>();
  private final NavigableMap<Place, StoryDemand> restarts = new TreeMap<>();
  private final NavigableMap<Place, StoryDemand> newShots = new TreeMap<>();
  private int waitingShots;
  private int waitingChunks;

  /** A round: what it has given out so far, and to whom. */
  private final class Deal {

    private final List<Assignment> assignments = new ArrayList<>();
    private final List<Member> chunkTakers = new ArrayList<>();
    private final List<Member> segmentTakers = new ArrayList<>();
    private int sharers = waitingShots;

    private void run(List<Assignment> into) {
      for (Place place = next(null); place != null; place = next(place)) {
        int before = assignments.size();
        serve(place);
        into.addAll(assignments.subList(before, assignments.size()));
      }
      // Nobody holds it before the stories have said so.
      chunkTakers.forEach(member -> member.hold(-1, 0));
      segmentTakers.forEach(member -> member.hold(0, -1));
    }

    /** The next story that may get something; null if there is none. */
    private @Nullable Place next(@Nullable Place after) {
      return Stream.of(
              crew.hasRoomForSegments() ? key(segments, after) : null,
              crew.size() > 0 ? key(restarts, after) : null,
              crew.idleCount() > 0 ? key(newShots, after) : null)
          .flatMap(Stream::ofNullable)
          .min(Place::compareTo)
          .orElse(null);
    }

    private void serve(Place place) {
      for (StoryDemand.Shot shot : shots(segments, place)) {
        segments(place.storyId(), shot);
      }
      for (StoryDemand.Shot shot : shots(restarts, place)) {
        if (!shot.isNew() && !shot.chunks().isEmpty()) {
          spread(place.storyId(), shot, crew.takers(avoid(shot), shot.chunks().size()));
        }
      }
      for (StoryDemand.Shot shot : shots(newShots, place)) {
        if (shot.isNew() && crew.idleCount() > 0) {
          int share = Math.max(1, crew.idleCount() / sharers);
          sharers--;
          spread(place.storyId(), shot, crew.idle(Math.min(share, shot.chunks().size())));
        }
      }
    }

    private void segments(String storyId, StoryDemand.Shot shot) {
      List<Grant> grants = new ArrayList<>();
      for (Want segment : shot.segments()) {
        Optional<Member> taker = crew.nextDecoder(segment.avoid());
        if (taker.isPresent()) {
          taker.get().hold(0, 1);
          segmentTakers.add(taker.get());
          grants.add(new Grant(segment.index(), taker.get().key));
        }
      }
      if (!grants.isEmpty()) {
        assignments.add(new Assignment.Lease(storyId, shot.shotIndex(), Kind.SEGMENT, grants));
      }
    }

    /** Deals the chunks out in runs of neighbours, as evenly as can be. */
    private void spread(String storyId, StoryDemand.Shot shot, List<Member> takers) {
      List<Want> chunks = shot.chunks();
      int takerCount = Math.min(takers.size(), chunks.size());
      List<Grant> grants = new ArrayList<>();
      for (int i = 0; i < chunks.size(); i++) {
        Member taker = takers.get((int) ((long) i * takerCount / chunks.size()));
        taker.hold(1, 0);
        chunkTakers.add(taker);
        grants.add(new Grant(chunks.get(i).index(), taker.key));
      }
      assignments.add(new Assignment.Lease(storyId, shot.shotIndex(), Kind.CHUNK, grants));
    }
  }

  private static @Nullable Place key(
      NavigableMap<Place, StoryDemand> queue, @Nullable Place after) {
    if (queue.isEmpty()) {
      return null;
    }
    return after == null ? queue.firstKey() : queue.higherKey(after);
  }

  private static List<StoryDemand.Shot> shots(NavigableMap<Place, StoryDemand> queue, Place place) {
    StoryDemand story = queue.get(place);
    return story == null ? List.of() : story.shots();
  }

  private static List<WorkerKey> avoid(StoryDemand.Shot shot) {
    return shot.chunks().stream().flatMap(want -> want.avoid().stream()).toList();
  }

  /** A story wants this. */
  void add(StoryDemand story) {
    Place place = Place.of(story);
    waitingChunks += chunks(story);
    for (StoryDemand.Shot shot : story.shots()) {
      if (!shot.segments().isEmpty()) {
        segments.put(place, story);
      }
      if (shot.isNew()) {
        newShots.put(place, story);
        waitingShots++;
      } else if (!shot.chunks().isEmpty()) {
        restarts.put(place, story);
      }
    }
  }

  /** A story that was added does not want it any more. */
  void remove(StoryDemand story) {
    Place place = Place.of(story);
    segments.remove(place);
    restarts.remove(place);
    newShots.remove(place);
    waitingChunks -= chunks(story);
    waitingShots -= (int) story.shots().stream().filter(StoryDemand.Shot::isNew).count();
  }

  private static int chunks(StoryDemand story) {
    return story.shots().stream().mapToInt(shot -> shot.chunks().size()).sum();
  }

  /** Chunks that wait for a worker, those that are dealt out now among them. */
  int waitingChunks() {
    return waitingChunks;
  }

  /** Adds what is to be done now, in the order of the stories; changes nothing. */
  void deal(List<Assignment> into) {
    new Deal().run(into);
  }
}
