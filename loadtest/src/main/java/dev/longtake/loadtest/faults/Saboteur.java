package dev.longtake.loadtest.faults;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Breaks a farm and mends it again. Each fault lasts as long as its name needs. */
final class Saboteur {

  /** Longer than a lease. */
  private static final Duration PAST_LEASE = Duration.ofSeconds(9);

  /** Longer than the other coordinators wait for one. */
  private static final Duration PAST_CLUSTER = Duration.ofSeconds(15);

  private static final Duration SHORT = Duration.ofSeconds(5);
  private static final int GARBAGE_BYTES = 4096;
  private static final int FILL_BYTES = 1 << 16;

  private final Farm farm;
  private final Workers workers;
  private final JournalRows journal;
  private final Path folder;
  private final SplittableRandom random;

  /**
   * Of this farm.
   *
   * @param folder for what it needs itself
   */
  Saboteur(Farm farm, Workers workers, Path folder, long seed) {
    this.farm = farm;
    this.workers = workers;
    this.journal = new JournalRows(farm);
    this.folder = folder;
    this.random = new SplittableRandom(seed);
  }

  /** Why this machine cannot have the fault; empty if it can. */
  Optional<String> obstacle(Fault fault) {
    if (fault == Fault.STORAGE_FULL) {
      return SmallDisk.obstacle(farm.folder().resolve("objects"));
    }
    return fault == Fault.CLOCK_AHEAD ? ClockAhead.obstacle() : Optional.empty();
  }

  /**
   * Breaks it, and mends what has to be mended for the story to go on; {@code broken} is called
   * between the two, with how it was broken.
   */
  void apply(Fault fault, String storyId, Consumer<String> broken) {
    Workers.Member member = workers.get(random.nextInt(1000));
    switch (fault) {
      case WORKER_KILLED -> {
        member.kill();
        broken.accept("a worker of three");
        Machine.pause(SHORT);
      }
      case WORKER_FROZEN -> freeze(member.pid(), PAST_LEASE, "a worker of three", broken);
      case LEADER_KILLED -> killCoordinators(1, broken);
      case TWO_COORDINATORS_KILLED -> killCoordinators(2, broken);
      case LATENT_STORE_WIPED -> killCoordinators(3, broken);
      case LEADER_FROZEN ->
          freeze(farm.coordinatorPids().getFirst(), PAST_CLUSTER, "the leader", broken);
      case CHECKPOINT_BIT_FLIPPED -> {
        List<Path> kept = farm.objects("checkpoints/" + storyId);
        kept.forEach(this::flip);
        killCoordinators(3, how -> broken.accept("%d checkpoints".formatted(kept.size())));
      }
      case ARTIFACT_BIT_FLIPPED -> flipNewest(broken);
      case LINK_CUT -> link(member, Link.State.CUT, SHORT, broken);
      case LINK_ONE_WAY -> link(member, Link.State.ONE_WAY, PAST_LEASE, broken);
      case LINK_SLOW -> link(member, Link.State.SLOW, SHORT, broken);
      case LINK_BIT_FLIPPED -> {
        member.links().forEach(Link::flipSoon);
        broken.accept("on the way from a worker");
        Machine.pause(SHORT);
      }
      case POSTGRES_RESTARTED -> {
        farm.postgresPid().ifPresent(pid -> Machine.signal("QUIT", pid));
        broken.accept("SIGQUIT");
        Machine.pause(SHORT);
      }
      case STORAGE_FULL -> fill(broken);
      case SECOND_COORDINATOR -> startSecond(broken);
      case CLOCK_AHEAD -> joinAhead(broken);
      case GARBAGE_REPORTED -> reportGarbage(storyId, broken);
      case GARBAGE_SENT -> sendGarbage(broken);
    }
    workers.mend();
    if (fault.endsCoordinators() || fault == Fault.POSTGRES_RESTARTED) {
      farm.up();
    }
  }

  private static void freeze(long pid, Duration time, String who, Consumer<String> broken) {
    Machine.signal("STOP", pid);
    broken.accept("%s, for %d s".formatted(who, time.toSeconds()));
    Machine.pause(time);
    Machine.signal("CONT", pid);
  }

  private void killCoordinators(int count, Consumer<String> broken) {
    List<Long> pids = farm.coordinatorPids();
    pids.stream().limit(count).forEach(pid -> Machine.signal("KILL", pid));
    broken.accept("%d of %d coordinators".formatted(count, pids.size()));
    if (count == 1) {
      Machine.pause(PAST_CLUSTER); // The others go on without it.
    }
  }

  private static void link(
      Workers.Member member, Link.State state, Duration time, Consumer<String> broken) {
    member.links().forEach(link -> link.become(state));
    broken.accept("all of a worker, for %d s".formatted(time.toSeconds()));
    Machine.pause(time);
    member.links().forEach(link -> link.become(Link.State.WHOLE));
  }

  private void flipNewest(Consumer<String> broken) {
    Optional<Path> newest =
        farm.objects("artifacts/").stream().max(Comparator.comparingLong(Saboteur::changed));
    newest.ifPresent(this::flip);
    broken.accept(newest.map(file -> "of " + file.getFileName()).orElse("there was none"));
  }

  private static long changed(Path file) {
    return file.toFile().lastModified();
  }

  /** The server writes no file in place, so this one is changed as a disk would, if it is there. */
  private void flip(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, bytes, StandardOpenOption.WRITE);
    } catch (NoSuchFileException e) {
      // The farm has dropped it meanwhile.
    } catch (IOException e) {
      throw new LongtakeException(ErrorCode.FILE_UNUSABLE, file + ": " + e, e);
    }
  }

  private void fill(Consumer<String> broken) {
    Path filler = farm.folder().resolve("objects/filler");
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(new byte[FILL_BYTES]);
      }
    } catch (IOException full) {
      broken.accept("for %d s".formatted(SHORT.toSeconds()));
    }
    Machine.pause(SHORT);
    try {
      Files.deleteIfExists(filler);
    } catch (IOException e) {
      throw new LongtakeException(ErrorCode.FILE_UNUSABLE, filler + ": " + e, e);
    }
  }

  private void startSecond(Consumer<String> broken) {
    Machine.Result refused =
        Machine.result(
            farm.program("longtake"),
            "coordinator",
            "--data",
            farm.folder().resolve("coordinator-1").toString(),
            "--port",
            "0",
            "--metrics-port",
            "0");
    if (refused.status() == 0) {
      throw new LongtakeException(
          ErrorCode.WRONG_STATE, "a second coordinator: expected it to be refused, found it ran");
    }
    broken.accept("it ended with status %d".formatted(refused.status()));
  }

  private void joinAhead(Consumer<String> broken) {
    Workers.Member ahead =
        workers.add("ahead", Map.of("LD_PRELOAD", ClockAhead.library(folder).toString()));
    broken.accept("it stays for %d s".formatted(PAST_CLUSTER.toSeconds()));
    Machine.pause(PAST_CLUSTER);
    workers.remove(ahead);
  }

  private void reportGarbage(String storyId, Consumer<String> broken) {
    JournalRows.Pin pin = journal.pin(storyId).orElseThrow(); // Steps were done.
    Workers.Member gone = workers.get(0); // So that something is leased to the other one.
    try (var garbage = new GarbageWorker(farm.coordinators().getFirst().port(), pin, storyId)) {
      gone.kill();
      garbage.join();
      broken.accept("for %d s, while another worker is away".formatted(PAST_LEASE.toSeconds()));
      Machine.pause(PAST_LEASE);
    }
  }

  private void sendGarbage(Consumer<String> broken) {
    for (Farm.Coordinator coordinator : farm.coordinators()) {
      sendGarbage(coordinator.port());
      sendGarbage(coordinator.metricsPort());
    }
    broken.accept("%d bytes to each port".formatted(GARBAGE_BYTES));
  }

  private void sendGarbage(int port) {
    byte[] bytes = new byte[GARBAGE_BYTES];
    random.nextBytes(bytes);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      InputStream answer = socket.getInputStream();
      answer.readAllBytes();
    } catch (IOException e) {
      // It hung up, which is an answer.
    }
  }
}
