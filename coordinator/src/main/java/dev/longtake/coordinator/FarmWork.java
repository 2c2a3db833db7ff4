package dev.longtake.coordinator;

import dev.longtake.coordinator.artifacts.ArtifactStorage;
import dev.longtake.coordinator.artifacts.ArtifactStore;
import dev.longtake.coordinator.artifacts.ShotIndex;
import dev.longtake.coordinator.film.FilmAssembler;
import dev.longtake.coordinator.film.ShotFootage;
import dev.longtake.coordinator.latents.KeptCheckpoints;
import dev.longtake.coordinator.story.CheckpointSteps;
import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.ShotResult;
import dev.longtake.coordinator.story.StoryEvent.KnownShot;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkState.Done;
import dev.longtake.coordinator.story.actor.StoryWork;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.LatentStore;
import dev.longtake.latent.Latents;
import dev.longtake.latent.LatentsCodec;
import dev.longtake.limit.PlanLimits;
import dev.longtake.limit.RoomNeed;
import dev.longtake.metrics.Metrics;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.status.FilmFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The work that stories ask for, on the stores of this coordinator. */
final class FarmWork implements StoryWork {

  private static final Logger log = LoggerFactory.getLogger(FarmWork.class);

  private final ArtifactStore artifacts;
  private final ShotIndex index;
  private final LatentStore latents;
  private final KeptCheckpoints checkpoints;
  private final Path scratch;
  private final Metrics metrics;
  private final long joinBytesMax;
  private final FilmAssembler assembler;

  /**
   * The work.
   *
   * @param scratch on the same disk as the artifacts, if those are in a folder
   * @param joinBytesMax memory that joining one shot may take
   */
  FarmWork(
      ArtifactStorage storage,
      LatentStore latents,
      KeptCheckpoints checkpoints,
      Path scratch,
      Metrics metrics,
      long joinBytesMax) {
    this.artifacts = storage.artifacts();
    this.index = storage.index();
    this.latents = latents;
    this.checkpoints = checkpoints;
    this.scratch = scratch;
    this.metrics = metrics;
    this.joinBytesMax = joinBytesMax;
    this.assembler = new FilmAssembler(artifacts::open);
  }

  @Override
  public void requireRoom(StoryPlan plan, List<KnownShot> known) {
    PlanLimits.require(plan, artifacts.artifactBytesMax());
    plan.shots().forEach(shot -> requireRoom(plan, shot, joinBytesMax));
    Set<Integer> there = known.stream().map(KnownShot::shotIndex).collect(Collectors.toSet());
    RoomNeed need = RoomNeed.of(plan, there);
    artifacts.freeBytes().ifPresent(need::requireArtifacts);
  }

  /**
   * Refuses a shot that could not be joined: its chunks' latents, the joined ones and their encoded
   * form are in memory together.
   */
  static void requireRoom(StoryPlan plan, ShotPlan shot, long joinBytesMax) {
    long frameBytes = 4L * plan.model().geometry().frameElements(plan.renderedSize());
    long needed = frameBytes * (shot.denoisedLatentFrameCount() + 2L * shot.latentFrameCount());
    if (needed > joinBytesMax) {
      throw new LongtakeException(
          ErrorCode.LIMIT_REACHED,
          "shot %s: expected one whose latents take at most %d MiB to join, found %d MiB: "
                  .formatted(shot.shot().id(), joinBytesMax >> 20, needed >> 20)
              + "split it, or give the coordinator more memory");
    }
  }

  @Override
  public List<KnownShot> findKnown(String tenant, StoryPlan plan) {
    List<KnownShot> known = new ArrayList<>();
    for (ShotPlan shot : plan.shots()) {
      index
          .find(tenant, shot.key())
          .filter(result -> result.segments().size() == shot.segments().segments().size())
          .ifPresent(result -> known.add(new KnownShot(shot.shotIndex(), result)));
    }
    return known;
  }

  @Override
  public List<CheckpointKey> findCheckpoints(String storyId) {
    return checkpoints.list(storyId);
  }

  @Override
  public Digest joinShot(ShotProgress shot) {
    List<Latents> chunks =
        shot.chunks().stream()
            .map(state -> LatentsCodec.decode(artifacts.read(((Done) state).artifact())))
            .toList();
    boolean exchangeOff = shot.plan().inputs().exchangeOff();
    return artifacts.put(
        LatentsCodec.encode(LatentsJoin.join(shot.plan().chunks(), chunks, exchangeOff)));
  }

  @Override
  public void rememberShot(String tenant, ShotProgress shot) {
    if (index.find(tenant, shot.plan().key()).isEmpty()) {
      index.remember(tenant, shot.plan().key(), shot.result());
    }
  }

  @Override
  public Duration doubt() {
    return latents.doubt();
  }

  @Override
  public void forgetPassed(String storyId, int shotIndex, List<CheckpointSteps.Passed> passed) {
    for (CheckpointSteps.Passed each : passed) {
      switch (each) {
        case CheckpointSteps.Passed.Checkpoints(int chunk, int first, int end) ->
            latents.removeCheckpoints(storyId, shotIndex, chunk, first, end);
        case CheckpointSteps.Passed.Archived(int chunk, var steps) ->
            steps.forEach(
                step -> checkpoints.remove(new CheckpointKey(storyId, shotIndex, chunk, step)));
        case CheckpointSteps.Passed.Slabs(int boundary, int first, int end) ->
            latents.removeSlabs(storyId, shotIndex, boundary, first, end);
      }
    }
    metrics.latentStoreBytes.set((double) latents.bytes());
  }

  @Override
  public void forgetLatents(String storyId, int shotIndex) {
    latents.removeShot(storyId, shotIndex);
    checkpoints.removeShot(storyId, shotIndex);
    metrics.latentStoreBytes.set((double) latents.bytes());
  }

  @Override
  public FilmFile cutClip(StoryProgress story, ShotProgress shot, BooleanSupplier isUnwanted) {
    requireWanted(isUnwanted);
    String folder = story.storyId() + "-" + shot.plan().shotIndex();
    return inFolder(
        scratch.resolve(folder),
        into -> {
          Path file = into.resolve("clip.mp4");
          assembler.cut(story.plan().orElseThrow(), footage(shot), file);
          return adopt(FilmAssembler.clipName(shot.plan()), file);
        });
  }

  @Override
  public List<FilmFile> assembleFilm(StoryProgress story, BooleanSupplier isUnwanted) {
    requireWanted(isUnwanted);
    return inFolder(
        scratch.resolve(story.storyId()),
        into -> {
          List<ShotFootage> footage = story.shots().stream().map(FarmWork::footage).toList();
          List<Digest> clips = story.clips().stream().map(FilmFile::digest).toList();
          List<FilmFile> files = new ArrayList<>();
          for (String name : assembler.assemble(story.plan().orElseThrow(), footage, clips, into)) {
            files.add(adopt(name, into.resolve(name)));
          }
          files.addAll(story.clips());
          return files;
        });
  }

  private static void requireWanted(BooleanSupplier isUnwanted) {
    if (isUnwanted.getAsBoolean()) {
      throw new LongtakeException(ErrorCode.CANCELLED, "the story has ended otherwise");
    }
  }

  private FilmFile adopt(String name, Path file) throws IOException {
    long size = Files.size(file);
    return new FilmFile(name, artifacts.adopt(file), size);
  }

  private static ShotFootage footage(ShotProgress shot) {
    ShotResult result = shot.result();
    return new ShotFootage(shot.plan(), result.segments(), result.latents());
  }

  private interface Making<T> {
    T in(Path folder) throws IOException;
  }

  /** Makes something in an empty folder, which is gone afterwards. */
  private static <T> T inFolder(Path folder, Making<T> making) {
    try {
      remove(folder);
      Files.createDirectories(folder);
      return making.in(folder);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.STORAGE_FAILED, "cannot write the film in " + folder + ": " + e, e);
    } finally {
      removeIfPossible(folder); // Half a film takes the room that the next attempt needs.
    }
  }

  private static void removeIfPossible(Path folder) {
    try {
      remove(folder);
    } catch (IOException | UncheckedIOException e) {
      log.warn("folder={} cannot be removed: {}", folder, e.toString());
    }
  }

  private static void remove(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
