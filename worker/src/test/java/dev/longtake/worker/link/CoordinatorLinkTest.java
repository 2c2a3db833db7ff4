package dev.longtake.worker.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.longtake.backoff.Backoff;
import dev.longtake.client.Addresses;
import dev.longtake.client.Channels;
import dev.longtake.client.Pass;
import dev.longtake.digest.Digest;
import dev.longtake.draft.DraftMap;
import dev.longtake.draft.DraftMapCodec;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Order;
import dev.longtake.lease.Report;
import dev.longtake.lease.Work.DecodeSegment;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.plan.ShotInputs;
import dev.longtake.render.TinyModel;
import dev.longtake.testing.Cable;
import dev.longtake.testing.TestShot;
import dev.longtake.wire.GrpcErrors;
import dev.longtake.worker.FakeCoordinator;
import dev.longtake.worker.FakeStores;
import dev.longtake.worker.link.CoordinatorLink.Identity;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CoordinatorLinkTest {

  private static final CoordinatorLink.Timing QUICK =
      new CoordinatorLink.Timing(
          new Backoff(Duration.ofMillis(5), Duration.ofMillis(50)), Duration.ofMillis(2));
  private static final Report.Done DONE =
      new Report.Done(Digest.ofText("frames"), 7, Duration.ofSeconds(1));

  private static final DraftMap MAP = new DraftMap(1, 1, new float[] {1, 0, 1, 0, 1, 0});

  private final BlockingQueue<List<Order>> ordered = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> endings = new LinkedBlockingQueue<>();
  private volatile List<Report> reports = List.of();
  private final FakeStores stores = new FakeStores();
  private FakeCoordinator coordinator;
  private ManagedChannel channel;
  private CoordinatorLink link;

  @BeforeEach
  void connect() throws IOException {
    coordinator = new FakeCoordinator(0, stores);
    dial(Channels.plaintext("127.0.0.1", coordinator.port()));
  }

  private void dial(ManagedChannel dialled) {
    channel = dialled;
    link =
        new CoordinatorLink(
            new CoordinatorLink.Line(channel, "127.0.0.1:" + coordinator.port()),
            new Identity(
                "ada", "boot-1", "test-f32-1", new TinyModel().card(), () -> Optional.of(MAP)),
            () -> reports,
            new CoordinatorLink.Listener() {
              @Override
              public void ordered(List<Order> orders) {
                ordered.add(orders);
              }

              @Override
              public void superseded() {
                endings.add("superseded");
              }

              @Override
              public void refused(String message) {
                endings.add("refused: " + message);
              }

              @Override
              public void drained() {
                endings.add("drained");
              }
            },
            QUICK);
    link.start();
  }

  @AfterEach
  void disconnect() {
    disconnectLink();
    coordinator.close();
    stores.close();
  }

  private void disconnectLink() {
    link.close();
    Channels.close(channel);
  }

  @Test
  void start_coordinatorThere_saysWhoItIs() throws InterruptedException {
    WorkerStatement statement = coordinator.await(any -> true);

    assertThat(statement.workerId()).isEqualTo("ada");
    assertThat(statement.engineClass()).isEqualTo("test-f32-1");
    assertThat(statement.model()).isEqualTo(new TinyModel().card());
    assertThat(statement.draining()).isFalse();
  }

  /** It is of some kilobytes, and the coordinator believes the first one. */
  @Test
  void draftMap_isSaidOnceAStream() throws InterruptedException {
    ByteString said = ByteString.copyFrom(DraftMapCodec.encode(MAP));

    assertThat(coordinator.takeDraftMap()).isEqualTo(said);
    assertThat(coordinator.takeDraftMap()).isEqualTo(ByteString.EMPTY);
  }

  @Test
  void order_new_reachesTheWorker() throws InterruptedException {
    coordinator.await(any -> true);
    Order order = order(1);

    coordinator.order(List.of(order));

    awaitOrders(List.of(order));
  }

  @Test
  void reports_ended_areRepeatedOverABrokenStream() throws InterruptedException {
    coordinator.await(any -> true);
    reports = List.of(new Report(order(1).lease(), DONE));
    link.reportsChanged();
    coordinator.await(statement -> statement.reports().equals(reports));

    coordinator.breakStream();
    coordinator.forget();
    WorkerStatement again = coordinator.await(statement -> statement.reports().equals(reports));

    assertThat(again.bootId()).isEqualTo("boot-1");
    assertThat(coordinator.streamCount()).isGreaterThan(1);
  }

  @Test
  void heartbeat_nothingChanges_isRepeated() throws InterruptedException {
    for (int i = 0; i < 4; i++) {
      coordinator.await(any -> true);
    }
  }

  @Test
  void run_coordinatorRestarts_dialsAgain() throws InterruptedException, IOException {
    coordinator.await(any -> true);
    int port = coordinator.port();
    coordinator.close();

    coordinator = new FakeCoordinator(port, stores);
    coordinator.await(any -> true);
    coordinator.order(List.of(order(2)));

    awaitOrders(List.of(order(2)));
  }

  @Test
  void run_oneOfTwoCoordinatorsFreezes_goesOnAtTheOther() throws InterruptedException, IOException {
    disconnectLink();
    coordinator.forget();
    try (var other = new FakeCoordinator(0, stores);
        Cable here = Cable.to(coordinator.port());
        Cable there = Cable.to(other.port())) {
      dial(
          Channels.open(
              Addresses.parse("127.0.0.1:%d,127.0.0.1:%d".formatted(here.port(), there.port())),
              Pass.NONE));
      while (coordinator.streamCount() == 1 && other.streamCount() == 0) {
        awaitAnyOrders();
      }
      boolean isThere = other.streamCount() > 0;

      (isThere ? there : here).freeze();
      FakeCoordinator next = isThere ? coordinator : other;
      next.forget();
      next.await(any -> true);
      next.order(List.of(order(3)));

      awaitOrders(List.of(order(3)));
      disconnectLink();
    }
  }

  private void awaitAnyOrders() throws InterruptedException {
    assertThat(ordered.poll(20, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void supersede_newerBoot_endsTheLink() throws InterruptedException {
    coordinator.await(any -> true);

    coordinator.supersede();

    assertThat(endings.poll(20, TimeUnit.SECONDS)).isEqualTo("superseded");
  }

  @Test
  void refuse_sameIdAtWork_endsTheLinkWithTheSentence() throws InterruptedException {
    coordinator.await(any -> true);

    coordinator.breakStream(
        GrpcErrors.toStatus(new LongtakeException(ErrorCode.ALREADY_EXISTS, "ada is here")));

    assertThat(endings.poll(20, TimeUnit.SECONDS)).isEqualTo("refused: ada is here");
    assertThat(coordinator.streamCount()).isEqualTo(1);
  }

  /** Any other refusal may pass: a farm that is full, a newer coordinator that asks for more. */
  @Test
  void refuse_forAnotherReason_dialsAgain() throws InterruptedException {
    coordinator.await(any -> true);

    coordinator.breakStream(
        GrpcErrors.toStatus(new LongtakeException(ErrorCode.LIMIT_REACHED, "all seats taken")));
    coordinator.forget();
    coordinator.await(any -> true);

    assertThat(endings).isEmpty();
    assertThat(coordinator.streamCount()).isGreaterThan(1);
  }

  @Test
  void drain_workHeld_endsWhenItIsGone() throws InterruptedException {
    reports = List.of(new Report(order(1).lease(), new Report.Running(2, false)));
    link.drain();
    coordinator.await(WorkerStatement::draining);
    coordinator.await(WorkerStatement::draining);
    assertThat(endings).isEmpty();

    reports = List.of();
    link.reportsChanged();

    assertThat(endings.poll(20, TimeUnit.SECONDS)).isEqualTo("drained");
  }

  /** Nobody is there to hand anything back to, so nothing is waited for. */
  @Test
  void drain_withoutACoordinator_ends() throws InterruptedException {
    reports = List.of(new Report(order(1).lease(), new Report.Running(2, false)));
    coordinator.await(any -> true);
    coordinator.close();

    link.drain();

    assertThat(endings.poll(20, TimeUnit.SECONDS)).isEqualTo("drained");
  }

  private void awaitOrders(List<Order> wanted) throws InterruptedException {
    List<Order> found;
    do {
      found = ordered.poll(20, TimeUnit.SECONDS);
      assertThat(found).as("orders before the time was up").isNotNull();
    } while (!found.equals(wanted));
  }

  private static Order order(int attempt) {
    ShotInputs shot = TestShot.of(new TinyModel().card()).inputs();
    return new Order(
        new LeaseToken("story", 0, LeaseToken.Kind.SEGMENT, 0, attempt),
        new DecodeSegment(shot, 0, 5, 0, Digest.ofText("latents"), 17));
  }
}
