package dev.longtake.loadtest.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.longtake.client.Address;
import dev.longtake.client.FarmClient;
import dev.longtake.config.Overrides;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.digest.Digest;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.Latents;
import dev.longtake.latent.LatentsCodec;
import dev.longtake.model.VideoModel;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.Story;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.yaml.LoadedStory;
import dev.longtake.story.yaml.StoryFiles;
import dev.longtake.tensor.cpu.CpuBackend;
import dev.longtake.worker.Worker;
import dev.longtake.worker.WorkerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Films of 64 x 64 in three steps, by the bundled checkpoint. */
class MethodsTest {

  private static final Path MODEL = Path.of("..", "worker", "model", "toybox");
  private static final int SECONDS = 6;

  private static final String STORY =
      """
      story: Tiny
      world: world/
      size: 64x64
      fps: 8
      seed: 3
      settings: {steps: 3}
      shots:
        - id: rhino
          scene: central-park
          cast: [rosie]
          prompt: a grey rhino with a red scarf grazes in central park
          duration: 6s
      """;

  @TempDir private Path folder;

  private Path story;

  @BeforeEach
  void write() throws IOException {
    Path world = Files.createDirectories(folder.resolve("world"));
    Path example = Path.of("..", "ops", "examples", "new-york-zoo", "world");
    try (var files = Files.list(example)) {
      for (Path file : files.toList()) {
        Files.copy(file, world.resolve(file.getFileName().toString()));
      }
    }
    story = Files.writeString(folder.resolve("story.yaml"), STORY);
  }

  private Comparison.Wish wish(List<String> methods) {
    return new Comparison.Wish(MODEL, List.of(story), List.of(), List.of(SECONDS), 1, methods, 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{steps: 3}", "{steps: 3, fresh-noise: 0.75}"})
  void ours_ofAShot_isWhatAFarmRenders(String settings) throws IOException {
    Files.writeString(story, STORY.replace("{steps: 3}", settings));
    Case only = Case.of(StoryFiles.load(story)).getFirst();
    Story alone = only.story(Duration.ofSeconds(SECONDS), 1);

    JsonNode shot = rendered(alone).path("shots").path(0);

    try (var backend = CpuBackend.create(1);
        VideoModel model = VideoModel.open(MODEL, backend)) {
      ShotPlan plan = StoryPlan.of(alone, model.card(), model.engineClass()).shots().getFirst();
      assertThat(plan.chunks().chunks()).hasSizeGreaterThan(2);
      try (var shotModel =
          new ShotModel(model, plan.inputs(), only.references(model, plan.inputs()))) {
        Take take = new Take(plan, shotModel);
        LatentShape shape = shotModel.shape();
        float[] latents = take.run(Rivals.ours(take));
        byte[] encoded =
            LatentsCodec.encode(
                new Latents(
                    shape.frameCount(), shape.channels(), shape.height(), shape.width(), latents));
        assertThat(Digest.of(encoded).hex()).isEqualTo(shot.path("latentsSha256").asText());
        assertThat(take.footage(latents).frames()).hasSize(plan.frameCount());
        assertThat(take.footage(latents).chunkSteps()).isEqualTo(plan.stepCount());
      }
    }
  }

  /** The manifest of a film that a coordinator and a worker made. */
  private JsonNode rendered(Story alone) throws IOException {
    LoadedStory loaded = StoryFiles.load(story);
    CoordinatorConfig config =
        CoordinatorConfig.CONFIGURATION.of(
            Overrides.NONE
                .with("test", "listen.host", "127.0.0.1")
                .with("test", "listen.port", 0)
                .with("test", "metrics.port", "off")
                .with("test", "web.port", "off")
                .with("test", "storage.folder", folder.resolve("farm"))
                .with("test", "storage.journal", "unforced-folder"));
    try (Coordinator coordinator = Coordinator.start(config);
        Worker _ =
            Worker.start(
                WorkerConfig.CONFIGURATION.of(
                    Overrides.NONE
                        .with("test", "id", "only")
                        .with(
                            "test",
                            "coordinator.addresses",
                            new Address("127.0.0.1", coordinator.port()))
                        .with("test", "engine.model", MODEL)
                        .with("test", "engine.threads", 1)));
        FarmClient farm = FarmClient.connect("127.0.0.1", coordinator.port())) {
      StoryStatus submitted =
          farm.submit("7b1dc27e-9c3b-4b21-9b54-1f8fb3a1f4a1", alone, loaded.pictures());
      StoryStatus ended = farm.watch(submitted.storyId(), status -> {});
      assertThat(ended.state()).isEqualTo(StoryState.SUCCEEDED);
      FilmFile manifest =
          ended.film().files().stream()
              .filter(it -> it.name().equals("manifest.json"))
              .findFirst()
              .orElseThrow();
      Path file = farm.download(ended.storyId(), manifest, folder, bytes -> {});
      return new ObjectMapper().readTree(file.toFile());
    }
  }

  @Test
  void run_tiny_measuresEveryMethodAndWritesWhatTheSchemaSays() throws IOException {
    Path out = folder.resolve("out");

    String tables = Comparison.run(wish(List.of()), out, line -> {});

    JsonNode figures = new ObjectMapper().readTree(out.resolve("methods.json").toFile());
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(
                    Files.readString(Path.of("..", "ops", "schema", "methods.schema.json")),
                    InputFormat.JSON)
                .validate(figures.toString(), InputFormat.JSON))
        .isEmpty();
    for (Method method : MethodRuns.methods()) {
      assertThat(tables).contains("| " + method.word() + " | ");
      assertThat(run(figures, method.word()).path("latentFrameSteps").asLong()).isPositive();
    }
    assertThat(seam(figures, "independent")).isGreaterThan(seam(figures, "ours"));
    assertThat(seam(figures, "planted-seams")).isGreaterThan(seam(figures, "ours"));
    assertThat(run(figures, "frozen").path("figures").path("stagnation").asDouble()).isOne();
    for (String method : List.of("independent", "continuation", "sliding", "random-cut")) {
      assertThat(run(figures, method).path("latentFrameSteps").asLong())
          .as("compute of %s", method)
          .isEqualTo(run(figures, "ours").path("latentFrameSteps").asLong());
    }
    assertThat(out.resolve("plot-seam-6s.png")).isNotEmptyFile();
    assertThat(out.resolve("rhino-6s-ours.png")).isNotEmptyFile();
  }

  private static JsonNode run(JsonNode figures, String method) {
    for (JsonNode run : figures.path("runs")) {
      if (run.path("method").asText().equals(method)) {
        return run;
      }
    }
    throw new AssertionError("no run of " + method);
  }

  private static double seam(JsonNode figures, String method) {
    return run(figures, method).path("figures").path("seam").asDouble();
  }

  @Test
  void run_methodThatIsNone_namesThoseThatAre() {
    assertThatThrownBy(() -> Comparison.run(wish(List.of("magic")), folder, line -> {}))
        .isInstanceOf(LongtakeException.class)
        .hasMessageContaining("continuation")
        .hasMessageContaining("found magic");
  }
}
