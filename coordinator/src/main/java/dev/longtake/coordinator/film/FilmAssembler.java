package dev.longtake.coordinator.film;

import static dev.longtake.error.Require.require;

import dev.longtake.coordinator.film.SeamMeter.SeamReport;
import dev.longtake.digest.Digest;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.FrameSize;
import dev.longtake.story.Transition;
import dev.longtake.words.DurationText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Makes a film of finished shots: a clip of each shot by itself, and, when all are there, the film
 * with its transitions, the contact sheet and the manifest. Holds two decoded segments at most,
 * however long the film is. The same footage gives the same bytes.
 */
public final class FilmAssembler {

  /** The film, in the folder that {@link #assemble} fills. */
  public static final String FILM = "film.mp4";

  /** One picture of the whole film. */
  public static final String CONTACT_SHEET = "contact-sheet.png";

  /** What went in and what came out. */
  public static final String MANIFEST = "manifest.json";

  /** Of the film and its clips. */
  static final VideoCodec CODEC = VideoCodec.H264;

  private final ArtifactSource artifacts;

  public FilmAssembler(ArtifactSource artifacts) {
    this.artifacts = artifacts;
  }

  /**
   * Encodes one shot by itself.
   *
   * @param file to be written; its name in a film's folder says {@link #clipName}
   * @throws IOException if an artifact cannot be read or the file not be written
   */
  public void cut(StoryPlan plan, ShotFootage shot, Path file) throws IOException {
    FootageReader reader = new FootageReader(artifacts, shot, plan.story().size());
    try (FilmWriter writer = CODEC.open(file, plan.story().size(), plan.story().frameRate())) {
      for (int i = 0; i < shot.plan().frameCount(); i++) {
        writer.write(reader.frame(i));
      }
      writer.finish();
    }
  }

  /** The name of a shot's clip, relative to the film's folder, with {@code /}. */
  public static String clipName(ShotPlan shot) {
    return "shots/" + shot.shot().id() + ".mp4";
  }

  /**
   * Assembles a film. What is told of each shot is measured as its frames pass into the film.
   *
   * @param shots in the story's order, all of them
   * @param clips digests of their clips
   * @param folder exists and is empty
   * @return names of the files written, relative to the folder
   * @throws IOException if an artifact cannot be read or a file not be written
   */
  public List<String> assemble(
      StoryPlan plan, List<ShotFootage> shots, List<Digest> clips, Path folder) throws IOException {
    int count = plan.shots().size();
    require(shots.size() == count, "expected %d shots, found %d", count, shots.size());
    require(clips.size() == count, "expected %d clips, found %d", count, clips.size());
    List<FootageReader> readers = film(plan, shots, folder.resolve(FILM));
    List<ShotClip> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      results.add(result(plan, shots.get(i), clips.get(i), readers.get(i).meter()));
    }
    contactSheet(plan, results, folder.resolve(CONTACT_SHEET));
    Files.writeString(
        folder.resolve(MANIFEST),
        Manifest.write(plan, shots, results, digest(folder.resolve(FILM)), CODEC.word()));
    return List.of(FILM, CONTACT_SHEET, MANIFEST);
  }

  private static ShotClip result(StoryPlan plan, ShotFootage shot, Digest clip, ShotMeter meter) {
    SeamReport seams =
        SeamMeter.measure(
            shot.plan(),
            plan.model().geometry().temporalFactor(),
            meter.differences(),
            meter.changes());
    return new ShotClip(clipName(shot.plan()), clip, seams, row(plan, shot, meter.shown()));
  }

  private static ContactSheet.Row row(StoryPlan plan, ShotFootage shot, List<byte[]> shown) {
    double from = plan.story().frameRate().seconds(shot.plan().filmFirstFrame());
    double seconds = plan.story().frameRate().seconds(shot.plan().frameCount());
    String detail =
        String.format(
            Locale.ROOT,
            "%s + %.1f s   %s",
            DurationText.clock(from),
            seconds,
            shot.plan().shot().prompt());
    return new ContactSheet.Row(shot.plan().shot().id(), detail, shown);
  }

  /** Writes the film; the readers have seen each frame of each shot then. */
  private List<FootageReader> film(StoryPlan plan, List<ShotFootage> shots, Path file)
      throws IOException {
    List<FootageReader> readers = new ArrayList<>();
    shots.forEach(shot -> readers.add(new FootageReader(artifacts, shot, plan.story().size())));
    List<FilmFrame> frames =
        Timeline.of(
            shots.stream().map(shot -> shot.plan().frameCount()).toList(),
            plan.story().transitions());
    require(
        frames.size() == plan.frameCount(),
        "expected %d film frames, found %d",
        plan.frameCount(),
        frames.size());
    try (FilmWriter writer = CODEC.open(file, plan.story().size(), plan.story().frameRate())) {
      int current = 0;
      for (FilmFrame frame : frames) {
        if (frame.shotIndex() > current) {
          readers.get(current).release();
          current = frame.shotIndex();
        }
        writer.write(pixels(readers, frame, plan.story().size()));
      }
      writer.finish();
    }
    return readers;
  }

  private static byte[] pixels(List<FootageReader> readers, FilmFrame frame, FrameSize size)
      throws IOException {
    return switch (frame) {
      case FilmFrame.Plain(int shot, int at) -> readers.get(shot).frame(at);
      case FilmFrame.Blended(
              int shot,
              Transition transition,
              int index,
              OptionalInt previous,
              OptionalInt next) ->
          transition.blend(
              index, frame(readers.get(shot), previous), frame(readers.get(shot + 1), next), size);
    };
  }

  private static byte[] frame(FootageReader reader, OptionalInt at) throws IOException {
    return at.isPresent() ? reader.frame(at.getAsInt()) : new byte[0];
  }

  private static void contactSheet(StoryPlan plan, List<ShotClip> results, Path file)
      throws IOException {
    String detail =
        String.format(
            Locale.ROOT,
            "%s   %d frames at %s fps   %s   %s %s",
            DurationText.clock(plan.filmSeconds()),
            plan.frameCount(),
            plan.story().frameRate(),
            plan.story().size(),
            plan.model().identity().name(),
            plan.model().identity().version());
    ContactSheet.write(
        file,
        plan.story().name(),
        detail,
        plan.story().size(),
        results.stream().map(ShotClip::row).toList());
  }

  private static Digest digest(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return Digest.of(in);
    }
  }
}
