package dev.longtake.tensor.cuda;

import dev.longtake.tensor.cuda.CudaDriver.Stream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The streams of a device that does everything as late as it may: work is put down when it is
 * started and done when somebody waits for it. What a stream did not wait for has not happened when
 * it goes on, so that a missing wait shows in the results every time.
 */
final class LateStreams {

  private static final class Line {
    private final Deque<Runnable> work = new ArrayDeque<>();
    private long started;
    private long done;
  }

  /** The end of what a line had been given when an event was recorded. */
  private record Mark(Line line, long end) {}

  private final Map<Stream, Line> lines = new EnumMap<>(Stream.class);
  private final List<Mark> events = new ArrayList<>();

  LateStreams() {
    for (Stream stream : Stream.values()) {
      lines.put(stream, new Line());
    }
  }

  void start(Stream stream, Runnable work) {
    Line line = lines.get(stream);
    line.work.add(work);
    line.started++;
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
    start(stream, () -> finish(mark));
  }

  boolean hasHappened(long event) {
    Mark mark = events.get((int) event);
    return mark.line().done >= mark.end();
  }

  void await(long event) {
    finish(events.get((int) event));
  }

  void finishAll() {
    lines.values().forEach(line -> finish(new Mark(line, line.started)));
  }

  private static void finish(Mark mark) {
    Line line = mark.line();
    while (line.done < mark.end()) {
      line.work.remove().run();
      line.done++;
    }
  }
}
