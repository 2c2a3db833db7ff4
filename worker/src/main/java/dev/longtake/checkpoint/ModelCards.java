package dev.longtake.checkpoint;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.plan.ChunkPolicy;
import dev.longtake.plan.LatentGeometry;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.ModelCard.Conditioning;
import dev.longtake.plan.ModelCard.FrameDefaults;
import dev.longtake.plan.ModelCard.Identity;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.SegmentPolicy;
import dev.longtake.plan.Solver;
import dev.longtake.story.FrameSize;
import dev.longtake.transformer.TransformerConfig;
import dev.longtake.vae.VaeConfig;
import dev.longtake.weights.ConfigFile;
import dev.longtake.weights.DiffusersFolder;
import dev.longtake.words.Word;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Describes a checkpoint: from its configs what it is, from {@code longtake.json} how it wants to
 * be used. A public checkpoint has no such file and gets the values that Wan 2.1 was published
 * with.
 */
public final class ModelCards {

  private static final List<String> COMPONENTS =
      List.of("scheduler", "text_encoder", "tokenizer", "transformer", "vae");
  private static final int READ_BYTES = 1 << 20;

  /** What Wan's program asks the model to keep away from (its shared_config.py). */
  private static final String WAN_NEGATIVE_PROMPT =
      "色调艳丽，过曝，静态，细节模糊不清，字幕，风格，作品，画作，画面，静止，整体发灰，最差质量，低质量，"
          + "JPEG压缩残留，丑陋的，残缺的，多余的手指，画得不好的手部，画得不好的脸部，畸形的，毁容的，"
          + "形态畸形的肢体，手指融合，静止不动的画面，杂乱的背景，三条腿，背景人很多，倒着走";

  private ModelCards() {}

  public static ModelCard read(
      DiffusersFolder folder, TransformerConfig transformer, VaeConfig vae, long weightBytes) {
    ConfigFile settings = settings(folder);
    ConfigFile chunk = settings.section("chunk");
    ConfigFile segment = settings.section("segment");
    try {
      return new ModelCard(
          new Identity(
              settings.text("name", String.valueOf(folder.root().getFileName())),
              settings.text("version", "1"),
              digest(folder.root())),
          new LatentGeometry(
              vae.latentChannels(),
              vae.spatialFactor(),
              vae.temporalFactor(),
              transformer.patch(),
              transformer.patch()),
          new FrameDefaults(
              new FrameSize(settings.integer("width", 832), settings.integer("height", 480)),
              settings.integer("fps", 16)),
          sampling(folder, settings),
          new Conditioning(
              settings.integer("textTokenCount", 512),
              transformer.vaceLayers().isEmpty() ? 0 : settings.integer("referenceMax", 3),
              settings.text("negativePrompt", publishedNegativePrompt(folder))),
          new ChunkPolicy(chunk.integer("latentFrameCount", 21), chunk.integer("overlap", 5)),
          new SegmentPolicy(segment.integer("latentFrameCount", 8), segment.integer("halo", 4)),
          weightBytes);
    } catch (IllegalArgumentException e) {
      throw settings.invalid(String.valueOf(e.getMessage()));
    }
  }

  private static Sampling sampling(DiffusersFolder folder, ConfigFile settings) {
    SchedulerSettings scheduler = scheduler(folder);
    return new Sampling(
        settings.integer("stepCount", 50),
        settings.number("guidanceScale", 5.0),
        scheduler.shift(),
        scheduler.solver(),
        settings.number("sharedNoise", 0));
  }

  private static ConfigFile settings(DiffusersFolder folder) {
    return folder.longtake().orElseGet(() -> folder.scheduler().section("longtake"));
  }

  /** How the checkpoint is sampled: as its scheduler says, or as {@code longtake.json} does. */
  static SchedulerSettings scheduler(DiffusersFolder folder) {
    ConfigFile settings = settings(folder);
    Optional<Solver> solver =
        settings.has("solver") ? Optional.of(solver(settings)) : Optional.empty();
    Optional<Double> shift =
        settings.has("shift") ? Optional.of(settings.number("shift")) : Optional.empty();
    return SchedulerSettings.read(folder, new SchedulerSettings.Own(solver, shift));
  }

  /** A folder that says nothing of its own is sampled as Wan's program does it. */
  static String publishedNegativePrompt(DiffusersFolder folder) {
    return folder.longtake().isEmpty() && folder.pipelineClass().startsWith("Wan")
        ? WAN_NEGATIVE_PROMPT
        : "";
  }

  private static Solver solver(ConfigFile settings) {
    String word = settings.text("solver");
    return Word.read(Solver.class, word)
        .orElseThrow(
            () ->
                settings.invalid(
                    "solver: expected %s, found %s".formatted(Word.listing(Solver.class), word)));
  }

  /**
   * SHA-256 over the files that make the checkpoint what it is: for each, in the order of their
   * names, the name, the length and the content.
   */
  public static Digest digest(Path root) {
    try {
      Digest.Hasher hasher = Digest.hasher();
      for (Path file : files(root)) {
        String name = root.relativize(file).toString().replace('\\', '/');
        String entry = name + "\n" + Files.size(file) + "\n";
        hasher.update(entry.getBytes(StandardCharsets.UTF_8));
        add(hasher, file);
      }
      return hasher.digest();
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, root + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<Path> files(Path root) throws IOException {
    Stream<Path> all = Stream.of(root.resolve("model_index.json"), root.resolve("longtake.json"));
    for (String component : COMPONENTS) {
      Path folder = root.resolve(component);
      if (Files.isDirectory(folder)) {
        try (Stream<Path> inside = Files.list(folder)) {
          all = Stream.concat(all, inside.toList().stream());
        }
      }
    }
    return all.filter(Files::isRegularFile)
        .filter(file -> !file.getFileName().toString().startsWith("."))
        .sorted()
        .toList();
  }

  private static void add(Digest.Hasher hasher, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] piece = in.readNBytes(READ_BYTES);
      while (piece.length > 0) {
        hasher.update(piece);
        piece = in.readNBytes(READ_BYTES);
      }
    }
  }
}
