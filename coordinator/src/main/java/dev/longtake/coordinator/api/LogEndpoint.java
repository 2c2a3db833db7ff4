package dev.longtake.coordinator.api;

import dev.longtake.coordinator.access.Caller;
import dev.longtake.coordinator.logs.LogStore;
import dev.longtake.lease.LogQuery;
import dev.longtake.metrics.Metrics;
import dev.longtake.story.status.TenantScope;
import dev.longtake.wire.LogWire;
import dev.longtake.wire.v1.AppendLinesRequest;
import dev.longtake.wire.v1.AppendLinesResponse;
import dev.longtake.wire.v1.ListLinesRequest;
import dev.longtake.wire.v1.ListLinesResponse;
import dev.longtake.wire.v1.LogServiceGrpc;
import io.grpc.stub.StreamObserver;

/** Lines of stories' logs: workers say them, people read them. */
public final class LogEndpoint extends LogServiceGrpc.LogServiceImplBase {

  private final Farm farm;
  private final LogStore lines;
  private final Bounds bounds;
  private final Answers answers;

  /** The service. */
  public LogEndpoint(Farm farm, LogStore lines, Bounds bounds, Metrics metrics) {
    this.bounds = bounds;
    this.farm = farm;
    this.lines = lines;
    this.answers = new Answers(metrics);
  }

  @Override
  public void appendLines(
      AppendLinesRequest request, StreamObserver<AppendLinesResponse> responses) {
    answers.send(
        responses,
        () -> {
          lines.add(
              LogWire.fromProto(request).stream()
                  .filter(line -> !bounds.hide(line.about().storyId()))
                  .toList());
          return AppendLinesResponse.getDefaultInstance();
        });
  }

  @Override
  public void listLines(ListLinesRequest request, StreamObserver<ListLinesResponse> responses) {
    answers.send(
        responses,
        () -> {
          LogQuery query = LogWire.fromProto(request);
          TenantScope scope = Caller.ofCall().scope();
          if (!query.storyId().isEmpty()) {
            farm.known(query.storyId(), scope);
          }
          return LogWire.toProto(lines.find(query, scope));
        });
  }
}
