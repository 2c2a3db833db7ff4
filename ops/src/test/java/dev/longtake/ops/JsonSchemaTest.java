package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.longtake.coordinator.notify.Notice;
import dev.longtake.digest.Digest;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LogLine;
import dev.longtake.lease.WorkerMark;
import dev.longtake.lease.WorkerStatus;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.json.ExplanationJson;
import dev.longtake.ops.json.FilmJson;
import dev.longtake.ops.json.JsonLine;
import dev.longtake.ops.json.LineJson;
import dev.longtake.ops.json.StatusJson;
import dev.longtake.ops.json.SummaryJson;
import dev.longtake.ops.json.WorkerJson;
import dev.longtake.story.status.Count;
import dev.longtake.story.status.Explanation;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.Reason;
import dev.longtake.story.status.ShotCounts;
import dev.longtake.story.status.ShotState;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import dev.longtake.story.status.TenantScope;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What commands print, against the schemas that are published for it. */
class JsonSchemaTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private static String schema(String name) {
    return Repository.read(Repository.ROOT.resolve("ops/schema/" + name + ".schema.json"));
  }

  private static void assertFits(String name, String json) throws IOException {
    var schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(schema(name), InputFormat.JSON);
    assertThat(schema.validate(json, InputFormat.JSON)).as(json).isEmpty();
    assertDescribed(JSON.readTree(schema(name)), JSON.readTree(json));
  }

  /** Readers may meet fields that are new to them; what we write ourselves is in the schema. */
  private static void assertDescribed(JsonNode schema, JsonNode value) {
    if (schema.has("properties")) {
      value
          .properties()
          .forEach(
              field -> {
                JsonNode described = schema.path("properties").path(field.getKey());
                assertThat(described.has("description")).as(field.getKey()).isTrue();
                assertDescribed(described, field.getValue());
              });
    }
    value.forEach(entry -> assertDescribed(schema.path("items"), entry));
  }

  private static String run(String... arguments) {
    StringWriter output = new StringWriter();
    StringWriter errors = new StringWriter();
    Console console =
        new Console(new PrintWriter(output, true), new PrintWriter(errors, true), false);
    Main.commandLine(console).execute(arguments);
    assertThat(output.toString()).as(errors.toString()).isNotEmpty();
    return output.toString();
  }

  static Stream<Path> schemas() {
    return Repository.files(".schema.json").stream();
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void schema_everyOne_isValidItself(Path file) {
    var meta =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()));

    assertThat(meta.validate(Repository.read(file), InputFormat.JSON)).isEmpty();
  }

  @Test
  void card_ofTheBundledCheckpoint_fits() throws IOException {
    assertFits("card", Files.readString(TinyStory.model().resolve("longtake.json")));
  }

  @Test
  void notice_ofAStoryThatFailed_fits() throws IOException {
    var failure = new StoryStatus.Failure("UNAVAILABLE", "it is away");
    var story =
        new StorySummary(
            "story-000001",
            "Zoo",
            StoryState.FAILED,
            Instant.EPOCH,
            Optional.of(new StoryStatus.Ending(Instant.EPOCH, Optional.of(failure))),
            48,
            new Count(1, 2));

    assertFits("notice", Notice.of(story).orElseThrow().json());
  }

  @Test
  void notice_ofAWorkerInQuarantine_fits() throws IOException {
    var mark =
        new WorkerMark(
            "gpu-7",
            WorkerMark.Kind.QUARANTINED,
            "failed on 3 stories",
            Instant.EPOCH,
            Optional.of(Instant.EPOCH.plusSeconds(600)),
            1);

    assertFits("notice", Notice.of(mark).orElseThrow().json());
  }

  @Test
  void plan_asJson_fits() throws IOException {
    String story = TinyStory.write(folder).toString();

    assertFits("plan", run("plan", story, "--model", TinyStory.model().toString(), "--json"));
  }

  @Test
  void model_asJson_fits() throws IOException {
    String model = run("model", TinyStory.model().toString(), "--frames", "9", "--json");

    assertFits("model", model);
    assertThat(JSON.readTree(model).has("peakBytes")).isTrue();
  }

  @Test
  void model_thatCannotBeRun_fits() throws IOException {
    Path model = TinyStory.copy(TinyStory.model(), folder.resolve("model"));
    Files.delete(model.resolve("vae/config.json"));

    assertFits("model", run("model", model.toString(), "--json"));
  }

  @Test
  void doctor_asJson_fits() throws IOException {
    for (String finding : run("doctor", "--json").lines().toList()) {
      assertFits("finding", finding);
    }
  }

  @Test
  void report_asJson_fits() throws IOException {
    String film = PastedFilm.write(folder).toString();

    assertFits("report", run("report", film, "--json", "-"));
    assertFits(
        "report",
        run("report", film, "--world", folder.resolve("world").toString(), "--json", "-"));
  }

  @Test
  void film_asJson_fits() throws IOException {
    String sha256 = Digest.ofText("film").hex();

    assertFits(
        "film", JsonLine.of(new FilmJson("films/a/film.mp4", sha256, 41, 5.1, 1.0, 1.5, 9.2)));
    assertFits(
        "film", JsonLine.of(new FilmJson("films/a/film.mp4", sha256, 41, 5.1, 0, null, 9.2)));
  }

  static Stream<StoryStatus> statuses() {
    var failure = new StoryStatus.Failure("bug.internal", "a sentence");
    return Stream.of(StoryState.values())
        .flatMap(
            state ->
                Stream.of(
                    status(state, Optional.empty()),
                    status(
                        state,
                        Optional.of(new StoryStatus.Ending(Instant.EPOCH, Optional.of(failure))))));
  }

  private static StoryStatus status(StoryState state, Optional<StoryStatus.Ending> ending) {
    Digest digest = Digest.ofText("latents");
    var counts = new ShotCounts(new Count(1, 3), new Count(7, 48), 4, new Count(0, 2));
    return new StoryStatus(
        "s1",
        "Tiny",
        state,
        Instant.EPOCH,
        ending,
        new StoryStatus.Renderers(
            "cpu-avx2-f32-1", 2, Optional.of("a disk of the farm is nearly full")),
        Stream.of(ShotState.values())
            .map(it -> new ShotStatus("a", 49, it, counts, Optional.of(digest), false))
            .toList(),
        new StoryStatus.Film(49, false, List.of(new FilmFile("film.mp4", digest, 7))));
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void status_inAnyState_fits(StoryStatus status) throws IOException {
    assertFits("status", JsonLine.of(StatusJson.of(status)));
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void summary_inAnyState_fits(StoryStatus status) throws IOException {
    StorySummary summary =
        new StorySummary(
            status.storyId(),
            status.name(),
            status.state(),
            status.submitTime(),
            status.ending(),
            status.film().frameCount(),
            new Count(1, 2));

    assertFits("summary", JsonLine.of(SummaryJson.of(summary)));
  }

  @ParameterizedTest
  @EnumSource
  void explanation_ofEveryReason_fits(Reason reason) throws IOException {
    var piece = new Explanation.Piece(reason, Optional.of("w"), 2, 1);
    var explanation =
        new Explanation(
            "story-1",
            "zoo",
            StoryState.RUNNING,
            List.of(new Explanation.Shot("lion", reason, List.of(piece), List.of(piece))),
            List.of(new Explanation.Note(reason, 1, 1, "4 workers")));

    assertFits("explanation", JsonLine.of(ExplanationJson.of(explanation)));
  }

  @ParameterizedTest
  @EnumSource
  void line_aboutAPieceOfWorkOrTheStory_fits(LeaseToken.Kind kind) throws IOException {
    var lease = new LeaseToken("s1", 2, kind, 3, 4);
    var about = new LogLine.About("s1", "lion", Optional.of(lease), "w-1");
    var ofStory = new LogLine.About("s1", "", Optional.empty(), "");
    for (LogLine.Level level : LogLine.Level.values()) {
      var line = new LogLine(Instant.EPOCH, level, about, OptionalInt.of(0), "begins");
      assertFits("line", JsonLine.of(LineJson.of(line)));
    }
    var line =
        new LogLine(
            Instant.EPOCH, LogLine.Level.INFO, ofStory, OptionalInt.empty(), "submitted: 1 shots");
    assertFits("line", JsonLine.of(LineJson.of(line)));
  }

  @Test
  void worker_withAMark_fits() throws IOException {
    var mark =
        new WorkerMark(
            "w",
            WorkerMark.Kind.QUARANTINED,
            "too hot",
            Instant.EPOCH,
            Optional.of(Instant.EPOCH),
            1);
    var there =
        new WorkerStatus(
            "w",
            Optional.of(
                new WorkerStatus.Connection("1", "cpu", "toybox", "alone", new TenantScope("red"))),
            true,
            List.of(new LeaseToken("story-1", 0, LeaseToken.Kind.CHUNK, 1, 1)),
            Optional.of(mark));

    assertFits("worker", JsonLine.of(WorkerJson.of(there)));
    assertFits("worker", JsonLine.of(WorkerJson.of(WorkerStatus.absent(mark))));
  }

  /** Scripts that were written for an earlier version find every field. */
  @Test
  void status_ofAFailedStory_hasEveryFieldOfTheSchema() throws IOException {
    StoryStatus status = statuses().toList().getLast();
    JsonNode written = JSON.readTree(JsonLine.of(StatusJson.of(status)));
    TreeSet<String> names = new TreeSet<>();
    JSON.readTree(schema("status")).path("properties").fieldNames().forEachRemaining(names::add);

    assertThat(written.fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(names);
  }
}
