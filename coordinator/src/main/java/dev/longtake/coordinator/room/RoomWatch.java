package dev.longtake.coordinator.room;

import dev.longtake.config.DataSize;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the coordinator's disks now and then what is free, logs each change of a level, and says
 * what follows. A disk that cannot be asked counts as one with little room. Safe for any number of
 * threads.
 */
public final class RoomWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RoomWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  /** Told of every answer. Must not block. */
  public interface Meter {
    void free(String disk, long bytes);

    void level(RoomLevel worst);
  }

  /**
   * How a disk stands.
   *
   * @param why nothing if there is enough
   */
  private record Standing(RoomLevel level, String why) {
    static final Standing GOOD = new Standing(RoomLevel.ENOUGH, "");
  }

  private final List<Disk> disks;
  private final RoomMarks marks;
  private final Meter meter;
  private final Map<Disk, Standing> standings = new LinkedHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("room").factory());
  private volatile Standing worst = Standing.GOOD;

  /** Asks each disk once; again from {@link #start} on. */
  public RoomWatch(List<Disk> disks, RoomMarks marks, Meter meter) {
    this.disks = List.copyOf(disks);
    this.marks = marks;
    this.meter = meter;
    check();
  }

  /** Asks again and again. */
  public void start() {
    var _ =
        timer.scheduleWithFixedDelay(
            this::check, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Asks each disk now. */
  synchronized void check() {
    for (Disk disk : disks) {
      Standing before = standings.getOrDefault(disk, Standing.GOOD);
      Standing now = ask(disk, before.level());
      standings.put(disk, now);
      if (now.level() != before.level()) {
        tell(disk, now);
      }
    }
    worst =
        standings.values().stream()
            .max(Comparator.comparing(Standing::level))
            .orElse(Standing.GOOD);
    meter.level(worst.level());
  }

  private Standing ask(Disk disk, RoomLevel before) {
    try {
      long free = disk.free().ask();
      meter.free(disk.what(), free);
      RoomLevel level = RoomLevel.after(before, free, marks);
      return switch (level) {
        case ENOUGH -> Standing.GOOD;
        case LOW -> new Standing(level, little(disk, "free-low", marks.freeLow(), free));
        case CRITICAL ->
            new Standing(level, little(disk, "free-critical", marks.freeCritical(), free));
      };
    } catch (IOException e) {
      return new Standing(
          before == RoomLevel.CRITICAL ? before : RoomLevel.LOW,
          "disk of %s: cannot tell what is free on %s: %s".formatted(disk.what(), disk.place(), e));
    }
  }

  private static String little(Disk disk, String mark, DataSize least, long free) {
    return "disk of %s: expected %s free on %s (storage.room.%s), found %s"
        .formatted(disk.what(), least, disk.place(), mark, DataSize.mebibytes(free >> 20));
  }

  private static void tell(Disk disk, Standing now) {
    switch (now.level()) {
      case ENOUGH -> log.info("room={} enough again: work goes on", disk.what());
      case LOW -> log.warn("room={} low, nothing new is leased: {}", disk.what(), now.why());
      case CRITICAL ->
          log.error("room={} critical, nothing new is accepted: {}", disk.what(), now.why());
    }
  }

  /** Why nothing new is leased now; empty if it is. */
  public Optional<String> whyNothingIsLeased() {
    Standing now = worst;
    return now.level() == RoomLevel.ENOUGH ? Optional.empty() : Optional.of(now.why());
  }

  /**
   * Returns if something new can be accepted now.
   *
   * @throws LongtakeException with {@link ErrorCode#NO_ROOM} if not
   */
  public void requireRoom() {
    Standing now = worst;
    if (now.level() == RoomLevel.CRITICAL) {
      throw new LongtakeException(ErrorCode.NO_ROOM, now.why());
    }
  }

  /** Asks no more. */
  @Override
  public void close() {
    timer.shutdownNow();
  }
}
