package dev.longtake.coordinator.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.longtake.config.Secret;
import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.workers.JdbcMarkStore;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.WorkerMark;
import dev.longtake.story.status.Count;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a notifier promises on every database, to a real server of HTTP and a real program. */
@Timeout(60)
abstract class NotifierContract {

  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final Duration PATIENCE = Duration.ofHours(1);
  private static final Secret SECRET = new Secret("sixteen characters or more");

  /** A call as it came. */
  private record Call(String id, String signature, String body) {}

  @TempDir private Path folder;

  private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
  private final BlockingQueue<Notifier.Outcome> outcomes = new LinkedBlockingQueue<>();
  private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
  private final List<Notifier> notifiers = new ArrayList<>();

  private Database database;
  private HttpServer server;

  /** An empty database with all tables. */
  abstract Database open();

  @BeforeEach
  void start() throws IOException {
    database = open();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    notifiers.forEach(Notifier::close);
    server.stop(0);
    database.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      calls.add(
          new Call(
              exchange.getRequestHeaders().getFirst(Webhook.ID_HEADER),
              exchange.getRequestHeaders().getFirst(Webhook.SIGNATURE_HEADER),
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
      Integer status = answers.poll();
      exchange.sendResponseHeaders(status == null ? 204 : status, -1);
    }
  }

  @Test
  void note_ofAStoryThatFailed_tellsItOnceWithASignature() throws Exception {
    note(notifier(settings(webhook(), Optional.empty())), failed("story-000007", NOW));

    Call call = calls.take();
    JsonNode body = new ObjectMapper().readTree(call.body());

    assertThat(outcomes.take()).isEqualTo(Notifier.Outcome.TOLD);
    assertThat(call.id()).isEqualTo(body.get("noticeId").textValue()).startsWith("story-000007.");
    assertThat(body.get("occasion").textValue()).isEqualTo("story-failed");
    assertThat(body.get("story").get("failure").get("code").textValue()).isEqualTo("UNAVAILABLE");
    assertThat(call.signature())
        .isEqualTo(
            "t=%d,v1=%s"
                .formatted(
                    NOW.getEpochSecond(),
                    Webhook.signature(
                        SECRET,
                        NOW.getEpochSecond(),
                        call.body().getBytes(StandardCharsets.UTF_8))));
    assertThat(nextOf(webhook())).as("nothing is left").isEmpty();
  }

  @Test
  void note_toAReceiverThatRefuses_tellsItTheSameAgain() throws Exception {
    answers.add(500);
    note(notifier(settings(webhook(), Optional.empty())), succeeded("story-000001", NOW));

    Call first = calls.take();
    assertThat(outcomes.take()).isEqualTo(Notifier.Outcome.NOT_TAKEN);
    now.set(NOW.plusSeconds(2));
    Call second = calls.take();

    assertThat(outcomes.take()).isEqualTo(Notifier.Outcome.TOLD);
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.signature()).as("of its own time").isNotEqualTo(first.signature());
  }

  @Test
  void note_toAReceiverThatStaysAway_isGivenUpAfterItsPatience() throws Exception {
    answers.addAll(List.of(500, 500));
    note(notifier(settings(webhook(), Optional.empty())), succeeded("story-000001", NOW));

    assertThat(outcomes.take()).isEqualTo(Notifier.Outcome.NOT_TAKEN);
    now.set(NOW.plus(PATIENCE));

    assertThat(outcomes.take()).isEqualTo(Notifier.Outcome.GIVEN_UP);
    now.set(NOW.plus(PATIENCE.multipliedBy(2)));
    assertThat(nextOf(webhook())).isEmpty();
  }

  @Test
  void note_atTwoCoordinators_isToldByOneOfThem() throws Exception {
    NotifySettings settings = settings(webhook(), Optional.empty());
    Notifier one = notifier(settings);
    Notifier other = notifier(settings);
    for (int i = 0; i < 10; i++) {
      StorySummary story = succeeded("story-%06d".formatted(i), NOW);
      note(one, story);
      note(other, story); // As a coordinator does that reads the story again.
    }
    for (int i = 0; i < 10; i++) {
      assertThat(outcomes.take()).isEqualTo(Notifier.Outcome.TOLD);
    }

    assertThat(calls.stream().map(Call::id)).hasSize(10).doesNotHaveDuplicates();
    assertThat(nextOf(webhook())).isEmpty();
  }

  @Test
  void note_ofAStoryThatEndsAgain_tellsThatToo() throws Exception {
    Notifier notifier = notifier(settings(webhook(), Optional.empty()));
    note(notifier, failed("story-000001", NOW));
    note(notifier, succeeded("story-000001", NOW.plusSeconds(9)));
    now.set(NOW.plusSeconds(9));

    assertThat(calls.take().body()).contains("story-failed");
    assertThat(calls.take().body()).contains("story-succeeded");
  }

  @Test
  void put_ofAMark_tellsOfQuarantineAlone() throws Exception {
    var store = new JdbcMarkStore(database, notifier(settings(webhook(), Optional.empty())));
    store.put(mark("gpu-1", WorkerMark.Kind.DRAINED));
    store.put(mark("gpu-2", WorkerMark.Kind.QUARANTINED));

    assertThat(calls.take().body())
        .contains("\"occasion\":\"worker-quarantined\"", "\"workerId\":\"gpu-2\"");
    assertThat(outcomes.take()).isEqualTo(Notifier.Outcome.TOLD);
    assertThat(calls).isEmpty();
  }

  private static WorkerMark mark(String workerId, WorkerMark.Kind kind) {
    return new WorkerMark(workerId, kind, "failed", NOW, Optional.empty(), 1);
  }

  @Test
  void note_inATransactionThatFails_tellsNobody() throws Exception {
    Notifier notifier = notifier(settings(webhook(), Optional.empty()));

    assertThatThrownBy(
            () ->
                database.transact(
                    connection -> {
                      notifier.note(connection, List.of(succeeded("story-000001", NOW)));
                      throw new SQLException("the catalog is full");
                    }))
        .isInstanceOf(LongtakeException.class);
    note(notifier, succeeded("story-000002", NOW));

    assertThat(calls.take().id()).startsWith("story-000002.");
    assertThat(outcomes.take()).isEqualTo(Notifier.Outcome.TOLD);
    assertThat(calls).isEmpty();
  }

  @Test
  void note_ofWhatNobodyWantsToKnow_tellsNothing() throws Exception {
    var settings =
        new NotifySettings(
            webhook(),
            Optional.empty(),
            Optional.empty(),
            new Occasions(EnumSet.of(Occasion.STORY_FAILED)),
            PATIENCE);
    Notifier notifier = notifier(settings);
    note(notifier, succeeded("story-000001", NOW)); // Another occasion.
    note(notifier, failed("story-000002", NOW.minus(PATIENCE))); // Of another time.
    note(notifier, open("story-000003"));
    note(notifier, failed("story-000004", NOW));

    Call call = calls.take();
    assertThat(call.id()).startsWith("story-000004.");
    assertThat(call.signature()).as("without a secret").isNull();
    assertThat(outcomes.take()).isEqualTo(Notifier.Outcome.TOLD);
    assertThat(calls).isEmpty();
  }

  @Test
  void note_toACommand_isOnItsStandardInput_whileAnotherReceiverIsAway() throws Exception {
    Path heard = folder.resolve("heard");
    Path program =
        Files.writeString(
            folder.resolve("hook"),
            "#!/bin/sh\ncat > %s.part && mv %s.part %s\n".formatted(heard, heard, heard));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    server.stop(0);
    note(notifier(settings(webhook(), Optional.of(program))), succeeded("story-000001", NOW));

    assertThat(List.of(outcomes.take(), outcomes.take()))
        .containsExactlyInAnyOrder(Notifier.Outcome.TOLD, Notifier.Outcome.NOT_TAKEN);
    assertThat(heard).content().contains("\"occasion\":\"story-succeeded\"");
  }

  @Test
  void note_toACommandThatFails_isToldAgain() throws Exception {
    Path program = Files.writeString(folder.resolve("hook"), "#!/bin/sh\nexit 3\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    note(
        notifier(settings(new WebAddresses(List.of()), Optional.of(program))),
        succeeded("story-000001", NOW));

    assertThat(outcomes.take()).isEqualTo(Notifier.Outcome.NOT_TAKEN);
    Files.writeString(program, "#!/bin/sh\nexit 0\n");
    now.set(NOW.plusSeconds(2));
    assertThat(outcomes.take()).isEqualTo(Notifier.Outcome.TOLD);
  }

  private WebAddresses webhook() {
    String url = "http://127.0.0.1:%d/hooks/secret".formatted(server.getAddress().getPort());
    return new WebAddresses(List.of(URI.create(url)));
  }

  private static NotifySettings settings(WebAddresses webhooks, Optional<Path> command) {
    return new NotifySettings(
        webhooks,
        Optional.of(SECRET),
        command,
        new Occasions(EnumSet.allOf(Occasion.class)),
        PATIENCE);
  }

  private Notifier notifier(NotifySettings settings) {
    Notifier notifier = Notifier.open(database, settings, now::get, outcomes::add);
    notifiers.add(notifier);
    return notifier;
  }

  private void note(Notifier notifier, StorySummary story) {
    database.transact(
        connection -> {
          notifier.note(connection, List.of(story));
          return true;
        });
  }

  /** What would be told next, however late it is. */
  private Optional<Outbox.Taken> nextOf(WebAddresses webhook) {
    String key =
        new Webhook(
                java.net.http.HttpClient.newHttpClient(),
                webhook.list().getFirst(),
                Optional.empty(),
                now::get)
            .key();
    return new Outbox(database).take(key, NOW.plus(Duration.ofDays(1)));
  }

  private static StorySummary open(String storyId) {
    return story(storyId, StoryState.RUNNING, Optional.empty());
  }

  private static StorySummary succeeded(String storyId, Instant at) {
    return story(
        storyId, StoryState.SUCCEEDED, Optional.of(new StoryStatus.Ending(at, Optional.empty())));
  }

  private static StorySummary failed(String storyId, Instant at) {
    return story(
        storyId,
        StoryState.FAILED,
        Optional.of(
            new StoryStatus.Ending(
                at, Optional.of(new StoryStatus.Failure("UNAVAILABLE", "it is away")))));
  }

  private static StorySummary story(
      String storyId, StoryState state, Optional<StoryStatus.Ending> ending) {
    return new StorySummary(storyId, "Zoo", state, NOW, ending, 48, new Count(1, 2));
  }
}
