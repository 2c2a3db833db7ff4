package dev.longtake.coordinator.film;

import static dev.longtake.error.Require.require;

import dev.longtake.coordinator.film.SeamMeter.SeamReport;
import dev.longtake.digest.Digest;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.FrameSize;
import dev.longtake.story.Transition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Makes a film of finished shots: one clip per shot, the film with its transitions, the contact
 * sheet and the manifest. Holds two decoded segments at most, however long the film is. The same
 * footage gives the same bytes.
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
   * Assembles a film.
   *
   * @param shots in the story's order, all of them
   * @param folder exists and is empty
   * @return names of the files written, relative to the folder, with {@code /}
   * @throws IOException if an artifact cannot be read or a file not be written
   */
  public List<String> assemble(StoryPlan plan, List<ShotFootage> shots, Path folder)
      throws IOException {
    require(
        shots.size() == plan.shots().size(),
        "expected %d shots, found %d",
        plan.shots().size(),
        shots.size());
    Files.createDirectories(folder.resolve("shots"));
    List<ShotClip> results = new ArrayList<>();
    for (ShotFootage shot : shots) {
      results.add(clip(plan, shot, folder));
    }
    film(plan, shots, folder.resolve(FILM));
    contactSheet(plan, results, folder.resolve(CONTACT_SHEET));
    Files.writeString(
        folder.resolve(MANIFEST),
        Manifest.write(plan, shots, results, digest(folder.resolve(FILM)), CODEC.word()));

    List<String> names = new ArrayList<>(List.of(FILM, CONTACT_SHEET, MANIFEST));
    results.forEach(result -> names.add(result.clip()));
    return List.copyOf(names);
  }

  private ShotClip clip(StoryPlan plan, ShotFootage shot, Path folder) throws IOException {
    String name = "shots/" + shot.plan().shot().id() + ".mp4";
    int frameCount = shot.plan().frameCount();
    double[] differences = new double[frameCount - 1];
    int[] picks = ContactSheet.picks(frameCount);
    List<byte[]> shown = new ArrayList<>();
    FootageReader reader = new FootageReader(artifacts, shot, plan.story().size());
    try (FilmWriter writer =
        CODEC.open(folder.resolve(name), plan.story().size(), plan.story().frameRate())) {
      byte[] last = new byte[0];
      for (int i = 0; i < frameCount; i++) {
        byte[] frame = reader.frame(i);
        writer.write(frame);
        if (i > 0) {
          differences[i - 1] = SeamMeter.difference(last, frame);
        }
        if (shown.size() < picks.length && picks[shown.size()] == i) {
          shown.add(frame);
        }
        last = frame;
      }
      writer.finish();
    }
    SeamReport seams =
        SeamMeter.measure(shot.plan(), plan.model().geometry().temporalFactor(), differences);
    return new ShotClip(name, digest(folder.resolve(name)), seams, row(plan, shot, shown));
  }

  private static ContactSheet.Row row(StoryPlan plan, ShotFootage shot, List<byte[]> shown) {
    double from = plan.story().frameRate().seconds(shot.plan().filmFirstFrame());
    double seconds = plan.story().frameRate().seconds(shot.plan().frameCount());
    String detail =
        String.format(
            Locale.ROOT, "%s + %.1f s   %s", clock(from), seconds, shot.plan().shot().prompt());
    return new ContactSheet.Row(shot.plan().shot().id(), detail, shown);
  }

  private void film(StoryPlan plan, List<ShotFootage> shots, Path file) throws IOException {
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
            clock(plan.filmSeconds()),
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

  /** Minutes and seconds: {@code 0:07.5}. */
  private static String clock(double seconds) {
    int minutes = (int) (seconds / 60);
    return String.format(Locale.ROOT, "%d:%04.1f", minutes, seconds - 60 * minutes);
  }

  private static Digest digest(Path file) throws IOException {
    Digest.Hasher hasher = Digest.hasher();
    try (var in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        hasher.update(buffer, 0, count);
      }
    }
    return hasher.digest();
  }
}
