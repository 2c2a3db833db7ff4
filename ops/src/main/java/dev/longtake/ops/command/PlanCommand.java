package dev.longtake.ops.command;

import dev.longtake.limit.PlanLimits;
import dev.longtake.limit.RoomNeed;
import dev.longtake.limit.WireLimits;
import dev.longtake.model.ModelReport;
import dev.longtake.model.RenderLoad;
import dev.longtake.model.VideoModel;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.console.Words;
import dev.longtake.ops.json.JsonLine;
import dev.longtake.ops.json.PlanJson;
import dev.longtake.ops.option.DeviceOption;
import dev.longtake.ops.option.ModelOption;
import dev.longtake.ops.option.SettingsOptions;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.StepCost;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.yaml.LoadedStory;
import dev.longtake.story.yaml.StoryFiles;
import dev.longtake.text.PromptReading;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "plan",
    description = "Prints how a story will be rendered, without rendering anything.",
    mixinStandardHelpOptions = true)
public final class PlanCommand implements Callable<Integer> {

  /**
   * One worker with two threads on two AVX-512 processors, from the times that {@code render} of
   * the example prints: about 3 s for 12 steps of 17 latent frames, 1.7 s for 48 frames.
   */
  private static final StepCost MEASURED = new StepCost(0.0145, 0.035);

  private static final long MEASURED_PIXELS = 256L * 160;

  @Parameters(paramLabel = "STORY", description = "The story file, e.g. story.yaml.")
  private Path story;

  @Mixin private ModelOption model;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Workers to share the work out over, for the estimate. Default: 1.")
  private int workerCount;

  @Mixin private DeviceOption device;

  @Mixin private SettingsOptions settings;

  @Option(
      names = "--prompts",
      description = "Print what the model is given to read for each shot, and what does not fit.")
  private boolean prompts;

  @Option(names = "--json", description = "Print the plan as one JSON object.")
  private boolean json;

  private final Console console;

  public PlanCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    LoadedStory loaded = settings.apply(StoryFiles.load(story));
    loaded.warnings().forEach(warning -> console.tell("note: " + warning));
    ModelCard card = VideoModel.card(model.folder());
    StoryPlan plan = StoryPlan.of(loaded.story(), card, "");
    PlanLimits.require(plan, WireLimits.ARTIFACT_BYTES_MAX);
    PlanNotes.of(plan, model.folder()).forEach(console::tell);
    long workerBytes =
        plan.latentBytes()
            + ModelReport.need(
                    model.folder(),
                    card.conditioning().textTokenCount(),
                    RenderLoad.of(plan),
                    device.device().elementTypes())
                .peakBytes();
    if (json) {
      console.print(JsonLine.of(PlanJson.of(plan, workerBytes, estimate(plan))));
    } else {
      table(plan, workerBytes);
      if (prompts) {
        prompts(plan);
      }
    }
    return ExitCode.OK;
  }

  private void prompts(StoryPlan plan) {
    for (PromptNotes.ShotReading reading : PromptNotes.readings(plan, model.folder())) {
      console.print("");
      console.print("Shot      " + reading.shot().shot().id());
      reading(plan, "Prompt    ", reading.prompt());
      Sampling sampling = reading.shot().inputs().sampling();
      if (!sampling.isGuided()) {
        console.print("Negative  not read: guidance is %s".formatted(sampling.guidanceScale()));
      } else if (reading.negative().text().isEmpty()) {
        console.print("Negative  no prompt");
      } else {
        reading(plan, "Negative  ", reading.negative());
      }
    }
  }

  private void reading(StoryPlan plan, String label, PromptReading reading) {
    console.print(label + reading.text());
    console.print(
        "Tokens    %d of at most %d"
            .formatted(reading.tokenCount(), plan.model().conditioning().textTokenCount()));
    console.print("Left out  " + (reading.leftOut().isEmpty() ? "nothing" : reading.leftOut()));
  }

  private void table(StoryPlan plan, long workerBytes) {
    ModelCard card = plan.model();
    console.print(
        "%s: %s, %s, %s at %s a second, with %s %s"
            .formatted(
                plan.story().name(),
                Words.seconds(plan.filmSeconds()),
                Words.count(plan.frameCount(), "frame"),
                Words.size(plan),
                plan.story().frameRate().spoken(),
                card.identity().name(),
                card.identity().version()));
    console.print("");
    int width =
        Math.max(4, plan.shots().stream().mapToInt(it -> it.shot().id().length()).max().orElse(4));
    String row = "%-" + width + "s  %7s  %7s  %7s  %7s  %7s  %8s  %s";
    console.print(
        row.formatted("SHOT", "AT", "FRAMES", "LATENTS", "CHUNKS", "STEPS", "SEGMENTS", "THEN"));
    for (ShotPlan shot : plan.shots()) {
      console.print(
          row.formatted(
              shot.shot().id(),
              Words.seconds(plan.story().frameRate().seconds(shot.filmFirstFrame())),
              shot.frameCount(),
              shot.latentFrameCount(),
              shot.chunks().chunks().size(),
              shot.stepCount(),
              shot.segments().segments().size(),
              then(plan, shot)));
    }
    console.print(
        row.formatted(
                "in all",
                "",
                plan.frameCount(),
                plan.latentFrameCount(),
                plan.chunkCount(),
                plan.stepCount(),
                plan.segmentCount(),
                "")
            .stripTrailing());
    console.print("");
    console.print(
        "Chunks    at most %d latent frames, %d shared with each neighbour"
            .formatted(card.chunkPolicy().latentFrameCount(), card.chunkPolicy().overlap()));
    Sampling sampling = plan.shots().getFirst().inputs().sampling();
    console.print("Sampling  " + Words.sampling(sampling));
    console.print("Memory    about %s a worker".formatted(Words.bytes(workerBytes)));
    RoomNeed room = RoomNeed.of(plan);
    console.print(
        "Disk      at most %s for the farm's artifacts, %s for the film"
            .formatted(Words.bytes(room.artifacts()), Words.bytes(room.film())));
    console.print(
        "Time      "
            + estimate(plan)
                .map(
                    time ->
                        "about %s on %s with two processors"
                            .formatted(Words.duration(time), Words.count(workerCount, "worker")))
                .orElse("not known for this checkpoint"));
  }

  private static String then(StoryPlan plan, ShotPlan shot) {
    if (shot.shotIndex() == plan.shots().size() - 1) {
      return "";
    }
    return plan.transitionAfter(shot.shotIndex()).sentence();
  }

  /** Scales what was measured with the bundled checkpoint; nothing is known of others. */
  private Optional<Duration> estimate(StoryPlan plan) {
    if (!plan.model().identity().name().equals("toybox")) {
      return Optional.empty();
    }
    double scale = (double) plan.renderedSize().pixelCount() / MEASURED_PIXELS;
    double seconds = scale * plan.estimatedSeconds(MEASURED, Math.max(1, workerCount));
    return Optional.of(Duration.ofMillis(Math.round(1000 * seconds)));
  }
}
