package dev.longtake.coordinator.cluster;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.longtake.coordinator.api.OpenStory;
import dev.longtake.coordinator.dispatch.ChunkCounts;
import dev.longtake.coordinator.dispatch.DispatchCommand;
import dev.longtake.coordinator.dispatch.NodeNews;
import dev.longtake.coordinator.dispatch.Seat;
import dev.longtake.coordinator.dispatch.StoryDemand;
import dev.longtake.coordinator.dispatch.view.FleetView;
import dev.longtake.coordinator.journal.Journal;
import dev.longtake.coordinator.story.CheckpointNews;
import dev.longtake.coordinator.story.CheckpointSteps;
import dev.longtake.coordinator.story.MoveRules;
import dev.longtake.coordinator.story.Outlook;
import dev.longtake.coordinator.story.StepCounts;
import dev.longtake.coordinator.story.StoryDetail;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryReasons;
import dev.longtake.coordinator.story.StoryRules;
import dev.longtake.coordinator.story.StoryStatuses;
import dev.longtake.coordinator.story.StoryView;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.story.actor.StoryCommand;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Report;
import dev.longtake.plan.CheckpointPolicy;
import dev.longtake.story.status.Owner;
import dev.longtake.story.status.Reason;
import dev.longtake.story.status.TenantScope;
import dev.longtake.story.status.TenantStatus;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one coordinator says is what another one hears. */
class MessageMapperTest {

  private static final WorkerKey WORKER = new WorkerKey("w", "1");
  private static final LeaseToken LEASE = new LeaseToken("story-1", 0, Kind.CHUNK, 2, 3);

  private static final ObjectMapper MAPPER =
      MessageMapper.mapper(new JsonFactory()).findAndRegisterModules();

  private static final Config CONFIG =
      ConfigFactory.parseString(
              """
              pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
              pekko.persistence.journal.plugin = "pekko.persistence.journal.inmem"
              """)
          .withFallback(ConfigFactory.parseResources(MessageMapper.class, "/cluster.conf"))
          .withFallback(Journal.config())
          .resolve();

  private static final ActorSystem<Object> SYSTEM =
      ActorSystem.create(
          Behaviors.ignore(),
          "longtake",
          ActorSystemSetup.create(BootstrapSetup.create(CONFIG), MessageMapper.setup()));

  @AfterAll
  static void stop() {
    SYSTEM.terminate();
  }

  private static StoryProgress applied(StoryProgress story, List<StoryEvent> events) {
    StoryProgress next = story;
    for (StoryEvent event : events) {
      next = next.apply(event);
    }
    return next;
  }

  /** Two shots; the first is leased, its last chunk was given up. */
  private static StoryProgress story() {
    StoryProgress story =
        StoryProgress.of(
            new StorySubmitted("story-1", 7, TestStories.story("s", 57, 9), Instant.EPOCH));
    story =
        applied(
            story, StoryRules.plan(story, TestStories.MODEL, TestStories.ENGINE_CLASS, List.of()));
    List<Grant> grants = Stream.of(0, 1, 2, 3).map(index -> new Grant(index, WORKER)).toList();
    return applied(story, StoryRules.lease(story, 0, Kind.CHUNK, grants).events());
  }

  static List<Object> messages() {
    ActorRef<Object> someone = SYSTEM.narrow();
    StoryProgress story = story();
    List<Object> messages = new ArrayList<>();
    messages.add(
        new StoryCommand.Submit(7, TestStories.story("s", 57), Owner.UNKNOWN, someone.narrow()));
    messages.add(new StoryCommand.GetStatus(someone.narrow()));
    messages.add(new StoryCommand.Watch(someone.narrow()));
    messages.add(new StoryCommand.Restate());
    messages.add(new StoryCommand.Cancel(someone.narrow()));
    messages.add(new StoryCommand.Retry(someone.narrow()));
    messages.add(new StoryCommand.Plan(TestStories.MODEL, TestStories.ENGINE_CLASS));
    messages.add(
        new StoryCommand.Lease(0, Kind.SEGMENT, List.of(new Grant(1, WORKER)), someone.narrow()));
    for (Report.Progress progress :
        List.of(
            new Report.Running(3, true),
            new Report.Running(4, false, Optional.of(Duration.ofMillis(41_250))),
            new Report.Done(Digest.ofText("x"), 4, Duration.ofMillis(1500)),
            new Report.Failed(ErrorCode.ENGINE_FAILED, "broken"))) {
      messages.add(new StoryCommand.Heard(WORKER, new Report(LEASE, progress)));
    }
    messages.add(new StoryCommand.CheckpointTaken(LEASE, 5, CheckpointNews.ARCHIVED));
    messages.add(new StoryCommand.ReleaseWorker(WORKER, true));
    messages.add(new StoryCommand.Move(WORKER, MoveRules.Why.SPREAD));
    messages.add(new StoryCommand.Offer(List.of(WORKER)));
    messages.add(new StoryCommand.Unpin("cpu-avx2-f32-1"));
    messages.add(new StoryCommand.Leased(true, 7));
    var status = StoryStatuses.of(StoryView.of(story, new StepCounts(), new CheckpointSteps()));
    messages.add(status);
    messages.add(new StoryCommand.Standing(Optional.of(status)));
    messages.add(new StoryCommand.Standing(Optional.empty()));
    var outlook =
        new Outlook(
            Set.of(new Outlook.Piece(0, Kind.CHUNK, 1)), Reason.BUSY, "why", Set.of(WORKER));
    messages.add(outlook);
    messages.add(new StoryCommand.Explain(outlook, someone.narrow()));
    messages.add(
        new StoryCommand.Explained(
            Optional.of(StoryReasons.of(story, new StepCounts(), outlook, ""))));
    messages.add(new DispatchCommand.Explain("story-1", someone.narrow()));
    messages.add(new StoryCommand.GetDetail(someone.narrow()));
    var detail = StoryDetail.of(story, new StepCounts(), new CheckpointSteps(), status);
    messages.add(new StoryCommand.Detailed(Optional.of(detail)));
    messages.add(
        new FleetView(
            true,
            List.of("node"),
            List.of(
                new FleetView.Worker(
                    WORKER, "node", "class", "model", "d", false, List.of(), TenantScope.ALL)),
            List.of(new FleetView.Missing(WORKER, List.of(LEASE))),
            new ChunkCounts(1, 2, 3),
            List.of(
                new TenantStatus(
                    "a", 1, OptionalInt.of(2), 1.5, 0.5, 3, 4, TenantStatus.Today.NOTHING))));
    messages.add(OpenStory.of(story));
    return messages;
  }

  /** A command that is added needs a sample here. */
  @Test
  void everyCommandFromOutside_isASample() {
    Set<Class<?>> sampled = messages().stream().map(Object::getClass).collect(toSet());

    for (Class<?> kind :
        List.of(
            StoryCommand.Anytime.class,
            StoryCommand.WhilePlanning.class,
            StoryCommand.WhileRendering.class)) {
      assertThat(sampled).contains(kind.getPermittedSubclasses());
    }
  }

  @ParameterizedTest
  @MethodSource("messages")
  void message_writtenAndRead_isTheSame(Object message) {
    assertThat(reread(message)).isEqualTo(message);
  }

  private static Object reread(Object message) {
    Serialization serialization = SerializationExtension.get(SYSTEM);
    byte[] bytes = serialization.serialize(message).get();
    var serializer = serialization.findSerializerFor(message);
    assertThat(serializer.getClass().getSimpleName()).isEqualTo("JacksonCborSerializer");
    return serialization
        .deserialize(bytes, serializer.identifier(), Serializers.manifestFor(serializer, message))
        .get();
  }

  static List<NodeNews> news() {
    return List.of(
        new NodeNews.WorkerHere(
            Seat.ofAll(WORKER, TestStories.ENGINE_CLASS, TestStories.MODEL, true, 12)),
        new NodeNews.WorkerLost(WORKER, true),
        new NodeNews.StoryWants(StoryDemand.of(story(), 9, CheckpointPolicy.every(2))),
        new NodeNews.StoryEnded("story-1", 10),
        new NodeNews.StoryLeft("story-1"));
  }

  /** A record that has one of several kinds in it, as what coordinators tell dispatch. */
  record Envelope(NodeNews news) {}

  @ParameterizedTest
  @MethodSource("news")
  void news_writtenAndRead_isTheSame(NodeNews news) throws Exception {
    var envelope = new Envelope(news);

    assertThat(MAPPER.readValue(MAPPER.writeValueAsBytes(envelope), Envelope.class))
        .isEqualTo(envelope);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.util.HashMap",
        "dev.longtake.coordinator.story.actor.StoryCommand$Restate",
        "no.such.Type"
      })
  void news_thatNamesAnotherClass_isRefused(String name) {
    String text = "{\"news\":{\"@\":\"%s\"}}".formatted(name);

    assertThatThrownBy(() -> MAPPER.readValue(text, Envelope.class))
        .isInstanceOf(InvalidTypeIdException.class);
  }
}
