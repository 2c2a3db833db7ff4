package dev.longtake.ops;

import dev.longtake.coordinator.film.FilmAssembler;
import dev.longtake.coordinator.film.ShotFootage;
import dev.longtake.digest.Digest;
import dev.longtake.frames.FrameRun;
import dev.longtake.frames.FramesCodec;
import dev.longtake.model.VideoModel;
import dev.longtake.picture.PictureReader;
import dev.longtake.picture.Pixels;
import dev.longtake.plan.Segment;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.yaml.StoryFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A film's folder without a render: the reference pictures of the example's world slide through its
 * scenes, unchanged, and go through the same assembling as what a model draws.
 */
final class PastedFilm {

  private static final String YAML =
      """
      story: Pasted
      world: world/
      size: 256x160
      fps: 8
      shots:
        - {id: rhino, scene: central-park, cast: [rosie], prompt: a rhino, duration: 4s}
        - cut
        - {id: lion, scene: snowy-street, cast: [leo], prompt: a lion, duration: 4s}
        - cut
        - {id: rhino-again, scene: snowy-street, cast: [rosie], prompt: a rhino, duration: 4s}
      """;

  private final Map<Digest, byte[]> artifacts = new HashMap<>();
  private final Path world;

  private PastedFilm(Path world) {
    this.world = world;
  }

  /** Writes story, world and film into a folder; gives the film's. */
  static Path write(Path folder) throws IOException {
    Path story = TinyStory.write(folder, YAML);
    StoryPlan plan =
        StoryPlan.of(StoryFiles.load(story).story(), VideoModel.card(TinyStory.model()), "test");
    Path film = folder.resolve("film");
    new PastedFilm(folder.resolve("world")).assemble(plan, film);
    return film;
  }

  private void assemble(StoryPlan plan, Path film) throws IOException {
    Files.createDirectories(film.resolve("shots"));
    List<ShotFootage> footage = new ArrayList<>();
    for (ShotPlan shot : plan.shots()) {
      footage.add(footage(shot));
    }
    var assembler = new FilmAssembler(digest -> new ByteArrayInputStream(artifacts.get(digest)));
    List<Digest> clips = new ArrayList<>();
    for (ShotFootage shot : footage) {
      Path clip = film.resolve(FilmAssembler.clipName(shot.plan()));
      assembler.cut(plan, shot, clip);
      clips.add(Digest.of(Files.readAllBytes(clip)));
    }
    assembler.assemble(plan, footage, clips, film);
  }

  private ShotFootage footage(ShotPlan shot) throws IOException {
    Pixels scene = picture(shot.shot().scene());
    Pixels figure = picture(shot.shot().cast().getFirst());
    List<Digest> segments = new ArrayList<>();
    for (Segment segment : shot.segments().segments()) {
      byte[] rgb = new byte[scene.rgb().length * segment.frameCount()];
      for (int i = 0; i < segment.frameCount(); i++) {
        byte[] frame = frame(scene, figure, segment.firstFrame() + i);
        System.arraycopy(frame, 0, rgb, i * frame.length, frame.length);
      }
      byte[] coded =
          FramesCodec.encode(
              new FrameRun(scene.width(), scene.height(), segment.frameCount(), rgb));
      segments.add(Digest.of(coded));
      artifacts.put(Digest.of(coded), coded);
    }
    return new ShotFootage(shot, segments, Digest.ofText("latents"));
  }

  private Pixels picture(String reference) throws IOException {
    byte[] file = Files.readAllBytes(world.resolve(reference + ".png"));
    if (PictureReader.read(file) instanceof PictureReader.Decoded decoded) {
      return decoded.pixels();
    }
    throw new IOException(reference);
  }

  private static byte[] frame(Pixels scene, Pixels figure, int time) {
    byte[] rgb = scene.rgb().clone();
    int shift = 2 * time - 30;
    for (int i = 0; i < scene.width() * scene.height(); i++) {
      int column = i % scene.width() - shift;
      if (column >= 0 && column < scene.width()) {
        int from = 3 * (i - shift);
        boolean isWhite =
            (figure.rgb()[from] & figure.rgb()[from + 1] & figure.rgb()[from + 2]) == -1;
        if (!isWhite) {
          System.arraycopy(figure.rgb(), from, rgb, 3 * i, 3);
        }
      }
    }
    return rgb;
  }
}
