package dev.longtake.coordinator.api;

import com.google.protobuf.ByteString;
import dev.longtake.coordinator.access.Caller;
import dev.longtake.coordinator.artifacts.ArtifactStorage;
import dev.longtake.coordinator.artifacts.ArtifactStore;
import dev.longtake.coordinator.artifacts.DraftMaps;
import dev.longtake.coordinator.workers.WorkerLink;
import dev.longtake.coordinator.workers.WorkersActor;
import dev.longtake.digest.Digest;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Order;
import dev.longtake.lease.OrderStatement;
import dev.longtake.lease.Work;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.metrics.Metrics;
import dev.longtake.story.status.TenantScope;
import dev.longtake.wire.StatementReader;
import dev.longtake.wire.WorkWire;
import dev.longtake.wire.v1.SynchronizeRequest;
import dev.longtake.wire.v1.SynchronizeResponse;
import dev.longtake.wire.v1.WorkerServiceGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The workers' side of the API. */
public final class WorkerEndpoint extends WorkerServiceGrpc.WorkerServiceImplBase {

  private final Farm farm;
  private final ArtifactStore artifacts;
  private final DraftMaps draftMaps;
  private final Duration heartbeatInterval;
  private final Metrics metrics;
  private final SilentStreams silent;
  private final Bounds bounds;

  /**
   * The service.
   *
   * @param storage where workers' results are, and what they say of their models
   * @param silentMax streams at once on which no worker has said who it is
   * @param patience how long one may stay so
   * @param bounds what bound workers may speak of
   */
  public WorkerEndpoint(
      Farm farm,
      ArtifactStorage storage,
      Duration heartbeatInterval,
      int silentMax,
      Duration patience,
      Bounds bounds,
      Metrics metrics) {
    this.bounds = bounds;
    this.farm = farm;
    this.silent = new SilentStreams(silentMax, patience, metrics);
    this.artifacts = storage.artifacts();
    this.draftMaps = storage.draftMaps();
    this.heartbeatInterval = heartbeatInterval;
    this.metrics = metrics;
  }

  @Override
  public StreamObserver<SynchronizeRequest> synchronize(
      StreamObserver<SynchronizeResponse> responses) {
    var stream = (ServerCallStreamObserver<SynchronizeResponse>) responses;
    return new Session(
        PeerAddress.ofCall(), Caller.ofCall().scope(), new LatestSender<>(stream, () -> {}));
  }

  /** One worker's stream. */
  private final class Session implements StreamObserver<SynchronizeRequest>, WorkerLink {

    private final String peer;
    private final TenantScope scope;
    private final LatestSender<SynchronizeResponse> sender;
    private final StatementReader reader = new StatementReader();
    private final Results results = new Results(artifacts, metrics);
    private volatile Map<LeaseToken, Work> ordered = Map.of();

    private final Runnable isSilentNoMore;

    private Session(String peer, TenantScope scope, LatestSender<SynchronizeResponse> sender) {
      this.peer = peer;
      this.scope = scope;
      this.sender = sender;
      this.isSilentNoMore = silent.opened(sender::fail);
    }

    @Override
    public void onNext(SynchronizeRequest message) {
      isSilentNoMore.run();
      try {
        WorkerStatement said = within(reader.read(message));
        PeerTexts.check(said.model());
        learn(said.model().identity().digest(), message.getDraftMap());
        farm.workers().tell(new WorkersActor.Heard(this, results.checked(said, ordered)));
      } catch (LongtakeException e) {
        metrics.countError(e.code());
        sender.fail(e);
        farm.workers().tell(new WorkersActor.Lost(this));
      }
    }

    /** Aside: nothing that matters waits for it. */
    private void learn(Digest model, ByteString draftMap) {
      if (!draftMap.isEmpty() && !draftMaps.knows(model)) {
        Thread.ofVirtual()
            .name("draft-map")
            .start(() -> draftMaps.learn(model, draftMap.toByteArray()));
      }
    }

    /** Without what it says of others' stories: that counts as not said. */
    private WorkerStatement within(WorkerStatement said) {
      return scope.isAll()
          ? said
          : said.about(report -> !bounds.hide(report.lease().storyId(), scope));
    }

    @Override
    public void onError(Throwable broken) {
      isSilentNoMore.run();
      farm.workers().tell(new WorkersActor.Lost(this));
    }

    @Override
    public void onCompleted() {
      isSilentNoMore.run();
      farm.workers().tell(new WorkersActor.Left(this));
      sender.end();
    }

    @Override
    public String peer() {
      return peer;
    }

    @Override
    public TenantScope scope() {
      return scope;
    }

    @Override
    public void order(List<Order> orders) {
      ordered = orders.stream().collect(Collectors.toUnmodifiableMap(Order::lease, Order::work));
      sender.send(WorkWire.toProto(new OrderStatement(orders, heartbeatInterval, false)));
    }

    @Override
    public void supersede() {
      sender.sendLast(WorkWire.toProto(new OrderStatement(List.of(), heartbeatInterval, true)));
    }

    @Override
    public void close(LongtakeException reason) {
      sender.fail(reason);
    }
  }
}
