package dev.longtake.coordinator.dispatch;

import static java.util.Comparator.comparingDouble;

import dev.longtake.coordinator.dispatch.Crew.Member;
import dev.longtake.coordinator.dispatch.StoryDemand.Want;
import dev.longtake.coordinator.dispatch.share.Line;
import dev.longtake.coordinator.dispatch.share.Round;
import dev.longtake.coordinator.dispatch.share.ShareSettings;
import dev.longtake.coordinator.dispatch.share.Standing;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.story.status.TenantScope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * What stories of one kind want, tenant by tenant, and the {@link Crew.Hands} for it. Deals out as
 * {@link DispatchPolicy} does, but looks at those stories alone that get something. Changed in
 * place: one owner.
 */
final class Queues {

  private final Crew common = new Crew();
  private final Map<String, Crew> bound = new TreeMap<>();
  private final ShareSettings settings;
  private final Map<String, Line> lines = new TreeMap<>();

  Queues(ShareSettings settings) {
    this.settings = settings;
  }

  /** A tenant, as far as it was served. */
  private final class Turn {
    private final String tenant;
    private final Line line;
    private final double claim;
    private final Crew.Hands hands;

    /** The story that was served last, and what is left of it. */
    private Optional<Standing> story = Optional.empty();

    private Deque<StoryDemand.Shot> newShots = new ArrayDeque<>();

    /** How many of those that wait may share in the idle workers; 0 once nothing may begin. */
    private int sharers;

    private boolean mayBegin = true;

    private Turn(String tenant, Line line, double claim) {
      this.tenant = tenant;
      this.line = line;
      this.claim = claim;
      this.hands = hands(tenant);
    }

    /** The same with what it has had by now. */
    private Turn again(Round round) {
      var again = new Turn(tenant, line, round.claim(tenant));
      again.story = story;
      again.newShots = newShots;
      again.sharers = sharers;
      again.mayBegin = mayBegin;
      return again;
    }

    private String tenant() {
      return tenant;
    }
  }

  /** What was given out so far, and to whom. */
  private final class Deal {

    private final Round round;
    private final List<Assignment> assignments;
    private final List<Member> chunkTakers = new ArrayList<>();
    private final List<Member> segmentTakers = new ArrayList<>();
    private final PriorityQueue<Turn> turns =
        new PriorityQueue<>(comparingDouble((Turn turn) -> turn.claim).thenComparing(Turn::tenant));
    private int sharers;

    private Deal(Round round, List<Assignment> into) {
      this.round = round;
      this.assignments = into;
    }

    private void run() {
      lines.forEach(
          (tenant, line) -> {
            var turn = new Turn(tenant, line, round.claim(tenant));
            turn.sharers = round.beginsMax(tenant, line);
            sharers += turn.sharers;
            turns.add(turn);
          });
      while (!turns.isEmpty()) {
        Turn turn = turns.remove();
        if (serve(turn)) {
          turns.add(turn.again(round));
        }
      }
      // Nobody holds it before the stories have said so.
      chunkTakers.forEach(member -> member.hold(-1, 0));
      segmentTakers.forEach(member -> member.hold(0, -1));
    }

    /** Serves the next story of it, up to one new shot; false if it gets nothing more. */
    private boolean serve(Turn turn) {
      if (turn.newShots.isEmpty()) {
        turn.story = turn.line.next(turn.story, supply(turn));
        if (turn.story.isEmpty()) {
          return false;
        }
        goOn(turn, turn.story.get());
      }
      begin(turn);
      return true;
    }

    private Line.Supply supply(Turn turn) {
      return new Line.Supply(
          turn.hands.hasRoomForSegments(),
          turn.hands.size() > 0,
          turn.hands.idleCount() > 0 && turn.mayBegin);
    }

    /** What holds others up. */
    private void goOn(Turn turn, Standing story) {
      for (StoryDemand.Shot shot : turn.line.segments(story)) {
        segments(turn, story, shot);
      }
      for (StoryDemand.Shot shot : turn.line.restarts(story)) {
        spread(turn, shot, turn.hands.takers(shot.avoided(), shot.chunks().size()));
      }
      turn.newShots = new ArrayDeque<>(turn.line.newShots(story));
    }

    private void begin(Turn turn) {
      if (turn.hands.idleCount() == 0 || !turn.mayBegin || turn.newShots.isEmpty()) {
        turn.newShots.clear();
        return;
      }
      StoryDemand.Shot shot = turn.newShots.remove();
      if (!round.mayBegin(turn.tenant, shot.chunks().size())) {
        turn.mayBegin = false; // A smaller one behind it would keep it waiting.
        sharers -= turn.sharers;
        turn.sharers = 0;
        turn.newShots.clear();
        return;
      }
      int share = turn.hands.share(turn.sharers, sharers);
      List<Member> takers = turn.hands.idle(Math.min(share, shot.chunks().size()));
      sharers -= turn.sharers > 0 ? 1 : 0;
      turn.sharers = Math.max(0, turn.sharers - 1);
      round.begin(turn.tenant, takers.size(), shot.chunks().size());
      spread(turn, shot, takers);
    }

    private void segments(Turn turn, Standing story, StoryDemand.Shot shot) {
      List<Grant> grants = new ArrayList<>();
      for (Want segment : shot.segments()) {
        Optional<Member> taker = turn.hands.nextDecoder(segment.avoid());
        if (taker.isPresent()) {
          taker.get().hold(0, 1);
          segmentTakers.add(taker.get());
          grants.add(new Grant(segment.index(), taker.get().key));
        }
      }
      if (!grants.isEmpty()) {
        assignments.add(
            new Assignment.Lease(
                story.storyId(), turn.tenant, shot.shotIndex(), Kind.SEGMENT, grants));
      }
    }

    /** Deals the chunks out in runs of neighbours, as evenly as can be. */
    private void spread(Turn turn, StoryDemand.Shot shot, List<Member> takers) {
      List<Want> chunks = shot.chunks();
      int takerCount = Math.min(takers.size(), chunks.size());
      List<Grant> grants = new ArrayList<>();
      for (int i = 0; i < chunks.size(); i++) {
        Member taker = takers.get((int) ((long) i * takerCount / chunks.size()));
        taker.hold(1, 0);
        chunkTakers.add(taker);
        grants.add(new Grant(chunks.get(i).index(), taker.key));
      }
      String storyId = turn.story.orElseThrow().storyId();
      assignments.add(
          new Assignment.Lease(storyId, turn.tenant, shot.shotIndex(), Kind.CHUNK, grants));
    }
  }

  /** Where workers belong that may do the work of these. */
  Crew crew(TenantScope scope) {
    return scope
        .only()
        .map(tenant -> bound.computeIfAbsent(tenant, key -> new Crew()))
        .orElse(common);
  }

  /** The workers that may do the work of a tenant. */
  Crew.Hands hands(String tenant) {
    return new Crew.Hands(Optional.ofNullable(bound.get(tenant)), common);
  }

  /** A story wants this. */
  void add(StoryDemand story) {
    if (!story.shots().isEmpty()) {
      lines
          .computeIfAbsent(story.claimant().tenant(), tenant -> new Line())
          .add(Standing.of(story, settings), story);
    }
  }

  /** A story that was added does not want it any more. */
  void remove(StoryDemand story) {
    String tenant = story.claimant().tenant();
    Line line = lines.get(tenant);
    if (line != null) {
      line.remove(Standing.of(story, settings), story);
      if (line.isEmpty()) {
        lines.remove(tenant);
      }
    }
  }

  /** Who wants something. */
  Map<String, Line> lines() {
    return lines;
  }

  /** Adds what is to be done now; changes nothing but the round. */
  void deal(Round round, List<Assignment> into) {
    new Deal(round, into).run();
  }
}
