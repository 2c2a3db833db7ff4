package dev.longtake.ops.command;

import dev.longtake.client.FarmClient;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.limit.RoomNeed;
import dev.longtake.model.VideoModel;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.console.LogSetup;
import dev.longtake.ops.console.Words;
import dev.longtake.ops.film.FilmFolder;
import dev.longtake.ops.film.FilmReport;
import dev.longtake.ops.local.Interruption;
import dev.longtake.ops.local.LocalFarm;
import dev.longtake.ops.option.DeviceOption;
import dev.longtake.ops.option.ModelOption;
import dev.longtake.ops.option.SettingsOptions;
import dev.longtake.ops.progress.Following;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.status.StoryFilter;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import dev.longtake.story.yaml.LoadedStory;
import dev.longtake.story.yaml.StoryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "render",
    description = {
      "Renders a story on this machine and leaves a film.",
      "Interrupted, the same command goes on: finished shots are not rendered again."
    },
    mixinStandardHelpOptions = true)
public final class RenderCommand implements Callable<Integer> {

  private static final String LOG_FILE = "longtake.log";

  @Parameters(paramLabel = "STORY", description = "The story file, e.g. story.yaml.")
  private Path story;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder for the film. Default: films/ and the story's name.")
  private @Nullable Path out;

  @Option(
      names = "--farm",
      paramLabel = "DIR",
      defaultValue = "films/.farm",
      description = "The farm's own state: journal, artifacts, log. Default: films/.farm")
  private Path farmFolder;

  @Mixin private ModelOption model;
  @Mixin private DeviceOption device;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Workers in this process, each with its own link. Default: 1.")
  private int workerCount;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of each worker. Default: the processors, shared out evenly.")
  private @Nullable Integer threads;

  @Mixin private SettingsOptions settings;

  @Option(
      names = "--compare-exchange",
      description = {
        "Render it a second time with --exchange off, to exchange-off/ in the film's folder,",
        "and print the seam ratio of both."
      })
  private boolean compareExchange;

  @Option(
      names = "--json",
      description = "Print every status, and the result, as one JSON object a line.")
  private boolean json;

  @Spec private CommandSpec spec;

  private final Console console;
  private final InstantSource clock;
  private final Interruption interruption;

  public RenderCommand(Console console, InstantSource clock) {
    this.console = console;
    this.clock = clock;
    this.interruption = new Interruption(console);
  }

  @Override
  public Integer call() {
    Instant start = clock.instant();
    requireCounts();
    LoadedStory loaded = settings.apply(StoryFiles.load(story));
    loaded.warnings().forEach(warning -> console.tell("note: " + warning));
    ModelCard card = VideoModel.card(model.folder());
    StoryPlan plan = StoryPlan.of(loaded.story(), card, "");
    FilmFolder target = out == null ? FilmFolder.of(loaded.story().name()) : new FilmFolder(out);
    target.prepare(loaded.story().name(), RoomNeed.of(plan).film());
    Path folder = target.path();
    logToFarm(); // before the tokenizer, which logs
    PlanNotes.of(plan, model.folder()).forEach(console::tell);
    console.tell(
        "%s: %s, %s; starting a farm of %s"
            .formatted(
                loaded.story().name(),
                Words.count(plan.shots().size(), "shot"),
                Words.seconds(plan.filmSeconds()),
                Words.count(workerCount, "worker")));
    interruption.arm();
    try (LocalFarm farm =
            LocalFarm.start(
                farmFolder,
                model.folder(),
                device.device(),
                workerCount,
                threadsOfEach(),
                this::halt);
        FarmClient client = farm.connect()) {
      StoryStatus last = render(farm, client, loaded, card, start);
      if (last.state() == StoryState.SUCCEEDED) {
        target.deliver(client, last);
        Duration took = Duration.between(start, clock.instant());
        Path compared = folder.resolve(FilmFolder.EXCHANGE_OFF);
        if (compareExchange) {
          StoryStatus off =
              render(farm, client, SettingsOptions.withoutExchange(loaded), card, clock.instant());
          if (off.state() != StoryState.SUCCEEDED) {
            return interruption.isOn() ? ExitCode.INTERRUPTED : following().ending(off);
          }
          new FilmFolder(compared).deliver(client, off);
        }
        interruption.disarm();
        new FilmReport(console, folder, compareExchange ? compared : null)
            .print(plan, last, took, workerCount, json);
      }
      return interruption.isOn() ? ExitCode.INTERRUPTED : following().ending(last);
    } catch (LongtakeException e) {
      if (interruption.isOn()) {
        return ExitCode.INTERRUPTED; // everything that fails now fails because of it
      }
      throw e;
    } finally {
      interruption.disarm();
    }
  }

  private void requireCounts() {
    requireBetween("--workers", workerCount, 1, 64);
    if (threads != null) {
      requireBetween("--threads", threads, 1, 1024);
    }
  }

  private void requireBetween(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(),
          "%s: expected %d to %d, found %d".formatted(option, least, most, value));
    }
  }

  private int threadsOfEach() {
    return threads != null
        ? threads
        : Math.max(1, Runtime.getRuntime().availableProcessors() / workerCount);
  }

  private void logToFarm() {
    try {
      Files.createDirectories(farmFolder);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "%s cannot be made: %s".formatted(farmFolder, e), e);
    }
    LogSetup.toFile(farmFolder.resolve(LOG_FILE));
  }

  /** The engine is broken (memory, a native library): nothing can be closed in good order. */
  private void halt(int status) {
    console.error(
        "the engine cannot go on; %s says why (status %d)"
            .formatted(farmFolder.resolve(LOG_FILE), status));
    Runtime.getRuntime().halt(ExitCode.FAILED);
  }

  private Following following() {
    return new Following(console, clock);
  }

  /** Submits and follows, until the story has ended or a worker says that it cannot render. */
  private StoryStatus render(
      LocalFarm farm, FarmClient client, LoadedStory loaded, ModelCard card, Instant start) {
    StoryStatus submitted = Submission.submit(client, loaded, card.identity().digest().hex());
    setOthersAside(client, submitted.storyId());
    CompletableFuture<Object> ended =
        CompletableFuture.supplyAsync(
            () ->
                following()
                    .follow(client, submitted.storyId(), json, start, interruption::showing));
    try {
      return (StoryStatus) CompletableFuture.anyOf(ended, farm.failure()).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof LongtakeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  /** An unfinished film of an earlier command would take the workers; its shots stay. */
  private void setOthersAside(FarmClient client, String storyId) {
    for (StorySummary other : ListCommand.newest(client, StoryFilter.OPEN, Long.MAX_VALUE)) {
      if (!other.storyId().equals(storyId)) {
        console.tell(
            "note: %s, which is not finished, is set aside; its finished shots are kept"
                .formatted(other.name()));
        client.cancel(other.storyId());
      }
    }
  }
}
