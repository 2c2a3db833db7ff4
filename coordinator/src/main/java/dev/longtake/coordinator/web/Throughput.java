package dev.longtake.coordinator.web;

import dev.longtake.coordinator.web.Buckets.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * How much the farm renders, over the last hour and the last day, from how far its stories were
 * each time one looked. What was lost and has to be done again counts as less. Begins empty with
 * the process. Pure, but changed in place: one owner.
 */
final class Throughput {

  /** Speeds are those of about the last minute. */
  private static final Duration SPEED_OVER = Duration.ofSeconds(60);

  private static final Duration SPEED_FROM = Duration.ofSeconds(4);

  /** So long without any progress, and a story is told to stand still. */
  static final Duration STALLED_AFTER = Duration.ofMinutes(3);

  private record Point(Instant at, double framesDone) {}

  private static final class Course {
    private final Deque<Point> points = new ArrayDeque<>();
    private Work last;
    private Instant movedAt;

    private Course(Work first, Instant at) {
      last = first;
      movedAt = at;
      points.add(new Point(at, first.framesDone()));
    }

    /** Gives what was gained; what was lost is negative. */
    private double take(Work now, Instant at) {
      double gain = now.framesDone() - last.framesDone();
      if (gain > 0) {
        movedAt = at;
      }
      if (gain < 0) {
        points.clear();
      }
      last = now;
      points.add(new Point(at, now.framesDone()));
      while (points.getFirst().at().isBefore(at.minus(SPEED_OVER))) {
        points.removeFirst();
      }
      return gain;
    }

    private double framesPerSecond() {
      Duration time = Duration.between(points.getFirst().at(), points.getLast().at());
      double frames = points.getLast().framesDone() - points.getFirst().framesDone();
      return time.compareTo(SPEED_FROM) < 0 ? 0 : frames / (time.toMillis() / 1000.0);
    }
  }

  private final Map<String, Course> courses = new HashMap<>();
  private final Buckets hour = new Buckets(Duration.ofSeconds(10), 360);
  private final Buckets day = new Buckets(Duration.ofMinutes(5), 288);
  private final Instant since;

  Throughput(Instant since) {
    this.since = since;
  }

  /**
   * Takes in how far the open stories are.
   *
   * @param succeeded ids of stories that have: what was left of them is done
   * @param frameRate frames a second of a story's film
   */
  void take(
      Instant at,
      Collection<Work> open,
      Set<String> succeeded,
      ToDoubleFunction<String> frameRate) {
    Map<String, Work> now = new HashMap<>();
    open.forEach(work -> now.put(work.storyId(), work));
    count(at, 0, 1);
    for (Work work : open) {
      Course course = courses.get(work.storyId());
      if (course == null) {
        courses.put(work.storyId(), new Course(work, at));
      } else {
        count(at, course.take(work, at), frameRate.applyAsDouble(work.storyId()));
      }
    }
    for (String storyId : List.copyOf(courses.keySet())) {
      if (!now.containsKey(storyId)) {
        Course gone = courses.remove(storyId);
        double left = gone == null ? 0 : gone.last.framesAll() - gone.last.framesDone();
        if (succeeded.contains(storyId)) {
          count(at, left, frameRate.applyAsDouble(storyId));
        }
      }
    }
  }

  private void count(Instant at, double gain, double frameRate) {
    double redone = gain < 0 ? -gain : 0;
    hour.add(at, gain, gain / frameRate, redone);
    day.add(at, gain, gain / frameRate, redone);
  }

  /** When counting began. */
  Instant since() {
    return since;
  }

  /** The last hour, by stretches of ten seconds. */
  Buckets hour() {
    return hour;
  }

  /** The last day, by stretches of five minutes. */
  Buckets day() {
    return day;
  }

  /** Frames a second of about the last minute, or of the time since counting began. */
  double framesPerSecond(Instant now) {
    return perSecond(now, Bucket::frames);
  }

  /** Seconds of film a second: times real time. */
  double timesRealTime(Instant now) {
    return perSecond(now, Bucket::filmSeconds);
  }

  private double perSecond(Instant now, ToDoubleFunction<Bucket> what) {
    List<Bucket> all = hour.all();
    int stretches = Math.toIntExact(SPEED_OVER.dividedBy(hour.length()));
    List<Bucket> last = all.subList(Math.max(0, all.size() - 1 - stretches), all.size());
    if (last.isEmpty()) {
      return 0;
    }
    long from = Math.max(last.getFirst().number() * hour.length().toMillis(), since.toEpochMilli());
    double seconds = (now.toEpochMilli() - from) / 1000.0;
    return seconds < 1 ? 0 : Math.max(0, last.stream().mapToDouble(what).sum() / seconds);
  }

  /** Frames of which the work was lost within the last hour. */
  double redoneFrames() {
    return hour.all().stream().mapToDouble(Bucket::redone).sum();
  }

  /** About how many milliseconds the rest of a story takes; empty if nobody can tell. */
  OptionalLong millisLeft(String storyId) {
    Course course = courses.get(storyId);
    if (course == null || course.framesPerSecond() <= 0) {
      return OptionalLong.empty();
    }
    double left = course.last.framesAll() - course.last.framesDone();
    return OptionalLong.of(Math.round(1000 * left / course.framesPerSecond()));
  }

  /** How long a story has made no progress; nothing of one that was not seen before. */
  Duration stillFor(String storyId, Instant now) {
    Course course = courses.get(storyId);
    return course == null ? Duration.ZERO : Duration.between(course.movedAt, now);
  }
}
