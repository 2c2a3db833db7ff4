package dev.longtake.coordinator.web.media;

import dev.longtake.coordinator.api.Farm;
import dev.longtake.coordinator.artifacts.ArtifactStore;
import dev.longtake.coordinator.draft.DraftDesk;
import dev.longtake.coordinator.web.door.Gate;
import dev.longtake.coordinator.web.door.WebAnswers;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.story.status.FilmFile;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Optional;

/**
 * Answers with files of stories, pictures that they are given, and drafts of their shots: to who
 * may see the story, and to others as if there were none.
 */
public final class StoryMedia {

  private static final String PNG = "image/png";

  private final Farm farm;
  private final ArtifactStore artifacts;
  private final Optional<DraftDesk> drafts;

  /**
   * The media of a farm.
   *
   * @param drafts empty where none are made
   */
  public StoryMedia(Farm farm, ArtifactStore artifacts, Optional<DraftDesk> drafts) {
    this.farm = farm;
    this.artifacts = artifacts;
    this.drafts = drafts;
  }

  /** Adds their addresses, which {@link Gate} knows as not for everybody. */
  public void addTo(RoutesConfig routes) {
    routes.get("/files/{story}/<name>", this::filmFile);
    routes.get("/references/{story}/{digest}", this::reference);
    routes.get("/drafts/{story}/{shot}/{key}", this::draft);
  }

  private void filmFile(Context context) throws IOException {
    String name = context.pathParam("name");
    FilmFile file =
        farm.status(context.pathParam("story"), Gate.known(context).scope()).film().files().stream()
            .filter(it -> it.name().equals(name))
            .findFirst()
            .orElseThrow(
                () -> new LongtakeException(ErrorCode.NOT_FOUND, "expected a file of the story"));
    context.header("ETag", "\"" + file.digest().hex() + "\"");
    FilePart.send(context, artifacts.open(file.digest()), WebAnswers.type(name), file.sizeBytes());
  }

  /** A picture that a shot of the story is given; others are not to be read by their digest. */
  private void reference(Context context) {
    String digest = context.pathParam("digest");
    boolean isOfStory =
        farm.detail(context.pathParam("story"), Gate.known(context).scope()).shots().stream()
            .anyMatch(shot -> shot.references().contains(digest));
    if (!isOfStory) {
      throw new LongtakeException(ErrorCode.NOT_FOUND, "expected a picture of the story");
    }
    // Browsers tell kinds of pictures apart by their first bytes.
    context.contentType(PNG).result(artifacts.open(new Digest(digest)));
  }

  /** The newest draft of a shot, which the film's page names by its key. */
  private void draft(Context context) {
    String storyId = farm.status(context.pathParam("story"), Gate.known(context).scope()).storyId();
    String shot = context.pathParam("shot");
    byte[] png =
        drafts
            .filter(desk -> shot.matches("[0-9]{1,9}"))
            .flatMap(
                desk -> desk.picture(storyId, Integer.parseInt(shot), context.pathParam("key")))
            .orElseThrow(
                () -> new LongtakeException(ErrorCode.NOT_FOUND, "expected a draft of the story"));
    context.contentType(PNG).result(png);
  }
}
