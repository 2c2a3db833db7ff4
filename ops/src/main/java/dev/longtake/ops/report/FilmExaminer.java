package dev.longtake.ops.report;

import dev.longtake.consistency.Entity;
import dev.longtake.consistency.FilmFigures;
import dev.longtake.consistency.FilmGauge;
import dev.longtake.consistency.FrameChanges;
import dev.longtake.consistency.ShotGauge;
import dev.longtake.consistency.ShotLayout;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.picture.Pixels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Has a rendered film looked at, clip by clip. */
final class FilmExaminer {

  private final Path folder;
  private final RenderedFilm film;
  private final ReferencePictures references;
  private final List<String> changed = new ArrayList<>();

  private FilmExaminer(Path folder, RenderedFilm film, ReferencePictures references) {
    this.folder = folder;
    this.film = film;
    this.references = references;
  }

  /**
   * Looks at the film in a folder.
   *
   * @param world where its reference pictures are; null: not at hand
   * @throws LongtakeException {@code NOT_FOUND} if there is no film, {@code FILE_UNUSABLE} if a
   *     part of it is broken or missing
   */
  static Examination examine(Path folder, @Nullable Path world) {
    RenderedFilm film = ManifestReader.read(folder);
    return new FilmExaminer(folder, film, new ReferencePictures(world, film.pictures())).examine();
  }

  private Examination examine() {
    requireClips();
    List<ShotLayout> layouts = film.layouts();
    FilmGauge gauge =
        new FilmGauge(
            layouts, film.shots().stream().map(RenderedFilm.Shot::isCutAfter).toList(), entities());
    for (int i = 0; i < layouts.size(); i++) {
      gauge.see(shot(film.shots().get(i), layouts.get(i)));
    }
    FilmFigures figures = gauge.figures();
    return new Examination(
        film, figures, gauge.appearances(), new Findings(film, figures, changed).all());
  }

  /** All that is missing is said before the first frame is looked at. */
  private void requireClips() {
    for (RenderedFilm.Shot shot : film.shots()) {
      if (!Files.isRegularFile(folder.resolve(shot.clip()))) {
        throw new LongtakeException(
            ErrorCode.FILE_UNUSABLE,
            "%s: expected the clip of shot %s, found no file"
                .formatted(folder.resolve(shot.clip()), shot.id()));
      }
    }
  }

  /** Who and what the story schedules, in the world's order. */
  private List<Entity> entities() {
    Map<Named, List<RenderedFilm.Picture>> byReference = new LinkedHashMap<>();
    film.pictures()
        .forEach(
            it ->
                byReference
                    .computeIfAbsent(new Named(it.reference(), it.kind()), key -> new ArrayList<>())
                    .add(it));
    List<Entity> entities = new ArrayList<>();
    byReference.forEach(
        (named, pictures) -> {
          List<Pixels> atHand =
              pictures.stream().flatMap(it -> references.picture(it.sha256()).stream()).toList();
          List<Integer> shots = film.shotsWith(pictures);
          if (!shots.isEmpty()) {
            entities.add(new Entity(named.id(), kind(named, atHand), atHand, shots));
          }
        });
    return entities;
  }

  /** A character and a place may have the same id. */
  private record Named(String id, Optional<Entity.Kind> kind) {}

  /** Manifests from before kinds were written down: what stands on a plain ground is someone. */
  private static Entity.Kind kind(Named named, List<Pixels> atHand) {
    return named
        .kind()
        .orElseGet(
            () ->
                atHand.isEmpty() || Entity.isCutOut(atHand.getFirst())
                    ? Entity.Kind.CHARACTER
                    : Entity.Kind.SCENE);
  }

  private ShotGauge shot(RenderedFilm.Shot shot, ShotLayout layout) {
    Path file = folder.resolve(shot.clip());
    if (!digest(file).hex().equals(shot.clipSha256())) {
      changed.add(shot.id());
    }
    ShotGauge gauge = new ShotGauge(layout, FrameChanges.STILL_CODED);
    shot.seams().ifPresent(gauge::setSeams);
    int count = 0;
    int expected = layout.frameCount();
    try (ClipReader clip = new ClipReader(file, film.size())) {
      for (Pixels frame = clip.next(); frame != null; frame = clip.next()) {
        if (count < expected) {
          gauge.see(frame);
        }
        count++;
      }
    }
    if (count != expected) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE,
          "%s: expected %d frames, as the manifest says, found %d"
              .formatted(file, expected, count));
    }
    return gauge;
  }

  private static Digest digest(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return Digest.of(in);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "%s cannot be read: %s".formatted(file, e), e);
    }
  }
}
