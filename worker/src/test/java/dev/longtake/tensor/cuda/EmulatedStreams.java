package dev.longtake.tensor.cuda;

import dev.longtake.tensor.cuda.CudaDriver.Stream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a device at the ends of what it may do. Kernels run as late as possible: when
 * somebody waits for them. Transfers run as late as that too, or as early as their own waits let
 * them. What a stream did not wait for has not happened when it goes on, or what it should have
 * waited for is overtaken: a missing wait shows in the results, every time, with one or the other.
 */
final class EmulatedStreams {

  /** When transfers run. */
  enum Transfers {
    EARLY,
    LATE
  }

  /** Work, or a wait for an event as it stood when the wait was started. */
  private record Item(@Nullable Mark awaited, Runnable work) {}

  private static final class Line {
    private final Deque<Item> items = new ArrayDeque<>();
    private long started;
    private long done;
  }

  /** The end of what a line had been given when an event was recorded. */
  private record Mark(Line line, long end) {
    boolean isReached() {
      return line.done >= end;
    }
  }

  private final Transfers transfers;
  private final Map<Stream, Line> lines = new EnumMap<>(Stream.class);
  private final List<Mark> events = new ArrayList<>();

  EmulatedStreams(Transfers transfers) {
    this.transfers = transfers;
    for (Stream stream : Stream.values()) {
      lines.put(stream, new Line());
    }
  }

  void start(Stream stream, Runnable work) {
    add(stream, new Item(null, work));
  }

  private void add(Stream stream, Item item) {
    Line line = lines.get(stream);
    line.items.add(item);
    line.started++;
    hurry();
  }

  long createEvent() {
    events.add(new Mark(new Line(), 0));
    return events.size() - 1L;
  }

  void record(Stream stream, long event) {
    Line line = lines.get(stream);
    events.set((int) event, new Mark(line, line.started));
  }

  /** What the event stands for now counts, as on a device: a later recording is not waited for. */
  void wait(Stream stream, long event) {
    Mark mark = events.get((int) event);
    add(stream, new Item(mark, () -> finish(mark)));
  }

  boolean hasHappened(long event) {
    return events.get((int) event).isReached();
  }

  void await(long event) {
    finish(events.get((int) event));
  }

  void finishAll() {
    lines.values().forEach(line -> finish(new Mark(line, line.started)));
  }

  private void finish(Mark mark) {
    while (!mark.isReached()) {
      runNext(mark.line());
    }
  }

  private void runNext(Line line) {
    line.items.remove().work().run();
    line.done++;
    hurry();
  }

  /** Runs the transfers that wait for nothing more, if they run early. */
  private void hurry() {
    Line line = lines.get(Stream.TRANSFER);
    while (transfers == Transfers.EARLY && !line.items.isEmpty()) {
      Mark awaited = line.items.element().awaited();
      if (awaited != null && !awaited.isReached()) {
        return;
      }
      // Not by runNext, which would come back here.
      line.items.remove().work().run();
      line.done++;
    }
  }
}
