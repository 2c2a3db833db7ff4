package dev.longtake.coordinator.web;

import dev.longtake.coordinator.web.Buckets.Bucket;
import java.util.List;

/** What was rendered over the last hour and the last day. Pure. */
record HistoryPage(Course hour, Course day) {

  /**
   * A course.
   *
   * @param seconds since the epoch, at which each stretch began
   * @param framesPerSecond of each stretch
   * @param redoneFrames of each stretch
   */
  record Course(List<Long> seconds, List<Double> framesPerSecond, List<Double> redoneFrames) {

    static Course of(Buckets buckets) {
      List<Bucket> all = buckets.all();
      // The last one is not over, and would look like a drop.
      List<Bucket> over = all.isEmpty() ? all : all.subList(0, all.size() - 1);
      long length = buckets.length().toSeconds();
      return new Course(
          over.stream().map(it -> it.number() * length).toList(),
          over.stream().map(it -> Math.max(0, it.frames() / length)).toList(),
          over.stream().map(Bucket::redone).toList());
    }
  }

  static HistoryPage of(Throughput throughput) {
    return new HistoryPage(Course.of(throughput.hour()), Course.of(throughput.day()));
  }
}
