package dev.longtake.coordinator.api;

import dev.longtake.coordinator.artifacts.ArtifactStore;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.frames.FramesCodec;
import dev.longtake.latent.LatentsCodec;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Report;
import dev.longtake.lease.Work;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.metrics.Metrics;
import dev.longtake.plan.LatentGeometry;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at what a worker says over one stream that it has made: it has to be in the store, as long
 * as it says, and of the shape that was ordered. What is not is a failure of the worker's. May wait
 * for the store, once for each report: workers repeat what they have said until it is heard. Not
 * safe for several threads.
 */
final class Results {

  /**
   * What was found.
   *
   * @param report what it comes to
   * @param isMeasured whether it was known what was ordered
   */
  private record Verdict(Report report, boolean isMeasured) {}

  private final ArtifactStore artifacts;
  private final Metrics metrics;
  private final Map<Report, Verdict> verdicts = new HashMap<>();

  Results(ArtifactStore artifacts, Metrics metrics) {
    this.artifacts = artifacts;
    this.metrics = metrics;
  }

  /**
   * The statement, with what is not done said to have failed.
   *
   * @param ordered what the worker was told to do over this stream
   */
  WorkerStatement checked(WorkerStatement statement, Map<LeaseToken, Work> ordered) {
    verdicts.keySet().retainAll(Set.copyOf(statement.reports()));
    if (statement.reports().stream().noneMatch(it -> it.progress() instanceof Report.Done)) {
      return statement;
    }
    LatentGeometry geometry = statement.model().geometry();
    return new WorkerStatement(
        statement.workerId(),
        statement.bootId(),
        statement.engineClass(),
        statement.model(),
        statement.reports().stream()
            .map(it -> checked(it, Optional.ofNullable(ordered.get(it.lease())), geometry))
            .toList(),
        statement.draining(),
        statement.connection());
  }

  private Report checked(Report report, Optional<Work> work, LatentGeometry geometry) {
    if (!(report.progress() instanceof Report.Done done)) {
      return report;
    }
    Verdict before = verdicts.get(report);
    if (before != null && (before.isMeasured() || work.isEmpty())) {
      return before.report();
    }
    try {
      Report found =
          flaw(done, work, geometry).map(flaw -> new Report(report.lease(), flaw)).orElse(report);
      verdicts.put(report, new Verdict(found, work.isPresent()));
      return found;
    } catch (LongtakeException e) {
      // No reason to do it again: the worker was told that it is there.
      metrics.countError(e.code());
      return report;
    }
  }

  private Optional<Report.Failed> flaw(
      Report.Done done, Optional<Work> work, LatentGeometry geometry) {
    if (!artifacts.contains(done.artifact())) {
      return Optional.of(
          new Report.Failed(
              ErrorCode.DATA_CORRUPT,
              "expected artifact %s to be stored before it is reported, found none"
                  .formatted(done.artifact())));
    }
    long size = artifacts.size(done.artifact());
    if (size != done.sizeBytes()) {
      return invalid(done, "the %d bytes that were said".formatted(done.sizeBytes()), size + "");
    }
    return work.flatMap(it -> misshapen(done, it, geometry));
  }

  private static Optional<Report.Failed> invalid(Report.Done done, String expected, String found) {
    return Optional.of(
        new Report.Failed(
            ErrorCode.RESULT_INVALID,
            "artifact %s: expected %s, found %s".formatted(done.artifact(), expected, found)));
  }

  private Optional<Report.Failed> misshapen(Report.Done done, Work work, LatentGeometry geometry) {
    List<Integer> expected = shape(work, geometry);
    try {
      List<Integer> found =
          switch (work) {
            case Work.DenoiseChunk chunk ->
                LatentsCodec.shape(head(done, LatentsCodec.HEAD_BYTES), done.sizeBytes());
            case Work.DecodeSegment segment ->
                FramesCodec.shape(head(done, FramesCodec.HEAD_BYTES));
          };
      return found.equals(expected)
          ? Optional.empty()
          : invalid(done, "a shape of " + expected, found.toString());
    } catch (LongtakeException e) {
      if (e.code() == ErrorCode.DATA_CORRUPT) {
        return invalid(
            done, "a shape of " + expected, "other bytes (%s)".formatted(e.getMessage()));
      }
      throw e;
    }
  }

  private static List<Integer> shape(Work work, LatentGeometry geometry) {
    return switch (work) {
      case Work.DenoiseChunk chunk ->
          List.of(
              chunk.latentFrameCount(),
              geometry.channels(),
              geometry.height(chunk.shot().size()),
              geometry.width(chunk.shot().size()));
      case Work.DecodeSegment segment ->
          List.of(
              segment.shot().size().width(), segment.shot().size().height(), segment.frameCount());
    };
  }

  private byte[] head(Report.Done done, int bytes) {
    try (InputStream in = artifacts.open(done.artifact())) {
      return in.readNBytes(bytes);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "artifact %s: %s".formatted(done.artifact(), e), e);
    }
  }
}
