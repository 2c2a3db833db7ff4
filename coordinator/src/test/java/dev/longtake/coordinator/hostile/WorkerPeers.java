package dev.longtake.coordinator.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.client.Channels;
import dev.longtake.client.FarmClient;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.story.status.StoryState;
import dev.longtake.testing.TestModel;
import dev.longtake.testing.TestStories;
import dev.longtake.wire.GrpcErrors;
import dev.longtake.wire.WorkWire;
import dev.longtake.wire.v1.LeaseToken;
import dev.longtake.wire.v1.Order;
import dev.longtake.wire.v1.Report;
import dev.longtake.wire.v1.SynchronizeRequest;
import dev.longtake.wire.v1.SynchronizeResponse;
import dev.longtake.wire.v1.WorkerServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Those that come as workers. */
final class WorkerPeers {

  private static final int STATEMENTS = 5_000;
  private static final int WORKERS = 300;

  private WorkerPeers() {}

  /** A worker's stream, on which anything can be said. */
  private static final class Session implements StreamObserver<SynchronizeResponse> {

    private final StreamObserver<SynchronizeRequest> requests;
    private final BlockingQueue<List<Order>> orders = new LinkedBlockingQueue<>();
    private final CompletableFuture<LongtakeException> end = new CompletableFuture<>();
    private volatile boolean isSuperseded;

    Session(ManagedChannel channel) {
      requests = WorkerServiceGrpc.newStub(channel).synchronize(this);
    }

    void say(SynchronizeRequest.Builder statement) {
      requests.onNext(statement.build());
    }

    /** Orders that it is given; null if there are none for a while. */
    @Nullable List<Order> awaitOrders() throws InterruptedException {
      List<Order> given = orders.poll(500, TimeUnit.MILLISECONDS);
      while (given != null && given.isEmpty()) {
        given = orders.poll(500, TimeUnit.MILLISECONDS);
      }
      return given;
    }

    @Override
    public void onNext(SynchronizeResponse response) {
      isSuperseded |= response.getSuperseded();
      orders.add(response.getOrdersList());
    }

    @Override
    public void onError(Throwable failure) {
      end.complete(GrpcErrors.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      end.complete(new LongtakeException(ErrorCode.CANCELLED, "it was ended"));
    }
  }

  private static SynchronizeRequest.Builder statement(String worker, String boot) {
    return WorkWire.toProto(
        new WorkerStatement(
            worker, boot, TestStories.ENGINE_CLASS, TestStories.MODEL, List.of(), false, 1))
        .toBuilder();
  }

  private static Report report(LeaseToken lease, int steps) {
    return Report.newBuilder()
        .setLease(lease)
        .setRunning(Report.Running.newBuilder().setStepsDone(steps))
        .build();
  }

  /** Has leases, it says: of stories that there are and that there are not, and all is done. */
  static void leasesNeverGiven(Target target) {
    ManagedChannel channel = target.channel();
    try {
      var session = new Session(channel);
      String nothing = "0".repeat(64);
      for (int i = 0; i < 200; i++) {
        var said = statement("liar", "boot-1").setDraining(true);
        for (int chunk = 0; chunk < 20; chunk++) {
          var lease =
              LeaseToken.newBuilder()
                  .setStoryId(chunk % 2 == 0 ? target.film() : "story-%06d".formatted(i + 1))
                  .setChunkIndex(chunk)
                  .setAttempt(1 + i % 3);
          said.addReports(
              Report.newBuilder()
                  .setLease(lease)
                  .setDone(Report.Done.newBuilder().setArtifactDigest(nothing).setSizeBytes(9)));
        }
        session.say(said);
      }
      session.requests.onCompleted();
      session.end.join();
    } finally {
      Channels.close(channel);
    }
  }

  /** What it does with the leases that it was given. */
  private interface Conduct {
    void behave(Session session, SynchronizeRequest.Builder said, List<Order> orders);
  }

  /** Has stories made until it holds something, misbehaves, and goes: the stories are rendered. */
  private static void hold(Target target, String worker, Conduct conduct) throws Exception {
    ManagedChannel channel = target.channel();
    List<String> stories = new ArrayList<>();
    try (FarmClient client = Bystander.client(target.port())) {
      try {
        var session = new Session(channel);
        List<Order> orders = null;
        while (orders == null) {
          assertThat(stories).as("stories of which it was given nothing").hasSizeLessThan(30);
          session.say(statement(worker, "boot-1"));
          stories.add(Bystander.submit(client));
          orders = session.awaitOrders();
        }
        conduct.behave(session, statement(worker, "boot-1"), orders);
      } finally {
        Channels.close(channel); // Breaks its stream: what it holds goes to others.
      }
      for (String story : stories) {
        assertThat(client.watch(story, status -> {}).state()).isEqualTo(StoryState.SUCCEEDED);
      }
    }
  }

  static void nothingIsEverDone(Target target) throws Exception {
    hold(target, "hoarder", (session, said, orders) -> session.say(said));
  }

  static void stepsBeyondTheLast(Target target) throws Exception {
    hold(
        target,
        "braggart",
        (session, said, orders) -> {
          for (int steps : List.of(3, 4, 1_000, Integer.MAX_VALUE)) {
            orders.forEach(order -> said.addReports(report(order.getLease(), steps)));
            session.say(said);
            said.clearReports();
          }
        });
  }

  static void stepsBackwards(Target target) throws Exception {
    hold(
        target,
        "crab",
        (session, said, orders) -> {
          for (int i = 0; i < 1_000; i++) {
            for (Order order : orders) {
              said.addReports(report(order.getLease(), 2 - i % 3));
            }
            session.say(said);
            said.clearReports();
          }
        });
  }

  static void restatements(Target target) {
    ManagedChannel channel = target.channel();
    try {
      var session = new Session(channel);
      for (int i = 0; i < STATEMENTS; i++) {
        session.say(statement("parrot", "boot-1").setDraining(true));
      }
      session.requests.onCompleted();
      session.end.join();
    } finally {
      Channels.close(channel);
    }
  }

  /** Is another machine with each word. */
  static void anotherCardEachTime(Target target) {
    ManagedChannel channel = target.channel();
    try {
      var session = new Session(channel);
      for (int i = 0; i < 1_000; i++) {
        var card = TestModel.named("model-" + i).card();
        session.say(
            WorkWire.toProto(
                new WorkerStatement(
                    "chameleon", "boot-1", "test-f32-" + i % 7, card, List.of(), true, 1))
                .toBuilder());
      }
      session.requests.onCompleted();
      session.end.join();
    } finally {
      Channels.close(channel);
    }
  }

  /** Hundreds that say that they are the same worker. */
  static void manyOfOneName(Target target) throws Exception {
    ManagedChannel channel = target.channel();
    try {
      for (int i = 0; i < WORKERS; i++) {
        var session = new Session(channel);
        session.say(statement("twin", "boot-" + i).setDraining(true));
      }
      // The honest one and this one, and what the visitor before left for as long as it may return.
      assertThat(target.metric("longtake_workers")).isLessThanOrEqualTo(3);
    } finally {
      Channels.close(channel);
    }
  }

  /** Wants to be the worker that is there and at work. */
  static void anothersName(Target target) {
    ManagedChannel channel = target.channel();
    try {
      for (int i = 0; i < 2; i++) {
        var thief = new Session(channel);
        while (!thief.end.isDone()) {
          thief.say(statement("honest", "thief-" + i));
          Thread.onSpinWait();
        }
        assertThat(thief.end.join().code()).isEqualTo(ErrorCode.ALREADY_EXISTS);
        assertThat(thief.isSuperseded).isFalse();
      }
    } finally {
      Channels.close(channel);
    }
  }

  /** More workers than the farm lets in. */
  static void tooMany(Target target) throws Exception {
    ManagedChannel channel = target.channel();
    double before = target.errors("busy");
    List<Session> sessions = new ArrayList<>();
    try {
      for (int i = 0; i < WORKERS; i++) {
        var session = new Session(channel);
        session.say(statement("crowd-" + i, "boot-1").setDraining(true));
        sessions.add(session);
      }
      int refused = WORKERS - HostilePeersTest.WORKERS_MAX;
      List<Session> sentAway = new ArrayList<>();
      while (sentAway.size() < refused) {
        sentAway.clear();
        sessions.stream().filter(it -> it.end.isDone()).forEach(sentAway::add);
        Thread.onSpinWait();
      }

      assertThat(sentAway)
          .allSatisfy(it -> assertThat(it.end.join().code()).isEqualTo(ErrorCode.LIMIT_REACHED));
      assertThat(target.errors("busy")).isGreaterThanOrEqualTo(before);
    } finally {
      sessions.stream().filter(it -> !it.end.isDone()).forEach(it -> it.requests.onCompleted());
      Channels.close(channel);
    }
  }

  /** Reports as long and as many as a message holds. */
  static void endlessReports(Target target) {
    ManagedChannel channel = target.channel();
    try {
      for (int i = 0; i < 2; i++) {
        var session = new Session(channel);
        var said = statement("chatterer", "boot-1").setDraining(true);
        for (int chunk = 0; chunk < 20_000; chunk++) {
          var lease =
              LeaseToken.newBuilder().setStoryId(target.film()).setChunkIndex(chunk).setAttempt(1);
          said.addReports(
              Report.newBuilder()
                  .setLease(lease)
                  .setFailed(
                      Report.Failed.newBuilder()
                          .setErrorCode("ENGINE_FAILED")
                          .setMessage("x".repeat(1_000))));
        }
        session.say(said);

        assertThat(session.end.join().code()).isEqualTo(ErrorCode.REQUEST_INVALID);
      }
    } finally {
      Channels.close(channel);
    }
  }
}
