package dev.longtake.render.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.SlabKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LogLine;
import dev.longtake.plan.ShotAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkLogTest {

  private static final LeaseToken LEASE = lease(0);
  private static final ShotAddress SHOT = new ShotAddress("s1", 0, "lion");

  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final Farm farm = new Farm();
  private final WorkLog log =
      new WorkLog(
          farm,
          new Background() {
            @Override
            public void run(Runnable task) {
              tasks.add(task);
            }

            @Override
            public void runAfter(Duration delay, Runnable task) {
              tasks.add(task);
            }
          },
          InstantSource.fixed(Instant.EPOCH));

  private static LeaseToken lease(int chunk) {
    return new LeaseToken("s1", 0, LeaseToken.Kind.CHUNK, chunk, 1);
  }

  private List<String> kept() {
    return farm.kept.stream().map(LogLine::text).toList();
  }

  private void runAll() {
    while (!tasks.isEmpty()) {
      tasks.poll().run();
    }
  }

  @Test
  void lines_ofOneMoment_goTogether() {
    log.begin(LEASE, SHOT, "begins");
    log.warn(LEASE, "no checkpoint");
    log.end(LEASE, LogLine.Level.INFO, "handed in");
    assertThat(tasks).hasSize(1);
    assertThat(farm.kept).isEmpty();

    runAll();

    assertThat(farm.calls).isEqualTo(1);
    assertThat(farm.kept)
        .allMatch(line -> line.about().lease().equals(Optional.of(LEASE)))
        .allMatch(line -> line.about().shotId().equals("lion"))
        .extracting(line -> line.number().orElseThrow())
        .containsExactly(0, 1, 2);
    assertThat(kept()).containsExactly("begins", "no checkpoint", "handed in");
  }

  @Test
  void lines_ofALeaseWithVeryMany_areBoundedAndEndWithItsEnd() {
    log.begin(LEASE, SHOT, "begins");
    for (int i = 0; i < 1000; i++) {
      log.say(LEASE, "step " + i);
    }
    for (int i = 0; i < 1000; i++) {
      log.warn(LEASE, "wait " + i);
    }
    log.end(LEASE, LogLine.Level.ERROR, "given up");
    log.end(LEASE, LogLine.Level.ERROR, "given up again");
    runAll();

    assertThat(kept()).hasSize(LogLine.LINES_MAX).endsWith("wait 8", "given up");
  }

  @Test
  void lines_ofALeaseThatWasNotBegun_areNotSaid() {
    log.say(LEASE, "step 1");
    log.begin(LEASE, SHOT, "begins");
    log.begin(LEASE, SHOT, "begins again");
    runAll();

    assertThat(kept()).containsExactly("begins");
  }

  /** A long film's segments come and go while a chunk is at work. */
  @Test
  void lines_ofALeaseThatOutlivesManyOthers_areSaid() {
    log.begin(LEASE, SHOT, "begins");
    for (int chunk = 0; chunk < 1200; chunk++) {
      log.begin(lease(chunk), SHOT, "another begins");
      if (chunk == 600) {
        log.say(LEASE, "is half done");
      }
    }
    log.end(LEASE, LogLine.Level.INFO, "handed in");
    runAll();

    assertThat(kept()).contains("begins", "is half done", "handed in");
  }

  @Test
  void lines_afterSomethingUnexpected_areSaid() {
    farm.isBroken = true;
    log.begin(LEASE, SHOT, "begins");
    runAll();
    farm.isBroken = false;

    log.say(LEASE, "goes on");
    runAll();

    assertThat(kept()).containsExactly("goes on");
  }

  @Test
  void lines_whileTheFarmIsAway_waitInTheirOrderAndAreBounded() {
    farm.failure = Optional.of(ErrorCode.UNAVAILABLE);
    for (int chunk = 0; chunk < 6000; chunk++) {
      log.begin(lease(chunk), SHOT, "begins " + chunk);
    }
    tasks.poll().run();
    assertThat(tasks).hasSize(1);
    farm.failure = Optional.empty();

    runAll();

    assertThat(kept()).hasSize(5000).startsWith("begins 0", "begins 1").endsWith("begins 4999");
  }

  /** As those of before have no such call. */
  @Test
  void lines_thatTheFarmDoesNotWant_areGivenUp() {
    farm.failure = Optional.of(ErrorCode.REQUEST_INVALID);
    log.begin(LEASE, SHOT, "begins");

    runAll();

    assertThat(farm.calls).isEqualTo(1);
  }

  @Test
  void sendLast_sendsWhatWaits() {
    log.begin(LEASE, SHOT, "begins");

    log.sendLast();

    assertThat(kept()).containsExactly("begins");
    runAll();
    assertThat(farm.calls).isEqualTo(1);
  }

  /** Keeps lines, and nothing else. */
  private static final class Farm implements FarmStores {

    private final List<LogLine> kept = new ArrayList<>();
    private Optional<ErrorCode> failure = Optional.empty();
    private boolean isBroken;
    private int calls;

    @Override
    public void putLines(List<LogLine> lines) {
      calls++;
      if (isBroken) {
        throw new IllegalStateException("broken");
      }
      if (failure.isPresent()) {
        throw new LongtakeException(failure.get(), "not now");
      }
      kept.addAll(lines);
    }

    @Override
    public void putSlab(SlabKey key, byte[] payload) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<byte[]> awaitSlab(SlabKey key, Duration wait) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void putCheckpoint(LeaseToken lease, int stepIndex, byte[] content) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<byte[]> getCheckpoint(CheckpointKey key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public byte[] getArtifact(Digest digest) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void putArtifact(Digest digest, byte[] content) {
      throw new UnsupportedOperationException();
    }
  }
}
