package dev.longtake.coordinator.api;

import static java.util.Objects.requireNonNull;

import dev.longtake.coordinator.artifacts.ArtifactStore;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.picture.PictureLimits;
import dev.longtake.story.Picture;
import dev.longtake.story.Story;
import dev.longtake.wire.v1.PictureContent;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Takes the pictures that come with a story: all that its world names, and nothing else. */
final class Pictures {

  private Pictures() {}

  /** Checks all of them before it stores any. */
  static void store(Story story, List<PictureContent> contents, ArtifactStore artifacts) {
    Map<Digest, ByteBuffer> given = check(contents);
    List<Picture> named = story.world().references().flatMap(it -> it.pictures().stream()).toList();
    for (Picture picture : named) {
      if (!given.containsKey(picture.digest()) && !artifacts.contains(picture.digest())) {
        throw new LongtakeException(
            ErrorCode.PICTURE_INVALID,
            "picture %s: expected its content with digest %s, found none"
                .formatted(picture.fileName(), picture.digest()));
      }
    }
    named.stream()
        .map(Picture::digest)
        .distinct()
        .filter(digest -> !artifacts.contains(digest))
        .forEach(digest -> store(digest, requireNonNull(given.get(digest)), artifacts));
  }

  private static void store(Digest digest, ByteBuffer content, ArtifactStore artifacts) {
    try (ArtifactStore.Upload upload = artifacts.begin(digest, content.remaining())) {
      upload.write(content);
      upload.finish();
    }
  }

  private static Map<Digest, ByteBuffer> check(List<PictureContent> contents) {
    Map<Digest, ByteBuffer> given = new LinkedHashMap<>();
    long bytes = 0;
    for (int i = 0; i < contents.size(); i++) {
      PictureContent picture = contents.get(i);
      int size = picture.getContent().size();
      bytes += size;
      if (size > PictureLimits.FILE_BYTES_MAX || bytes > PictureLimits.WORLD_BYTES_MAX) {
        throw new LongtakeException(
            ErrorCode.PICTURE_INVALID,
            "pictures[%d]: expected at most %d bytes, and %d in all, found %d, and %d so far"
                .formatted(
                    i, PictureLimits.FILE_BYTES_MAX, PictureLimits.WORLD_BYTES_MAX, size, bytes));
      }
      // Not copied: all pictures of a story come in one message.
      ByteBuffer content = picture.getContent().asReadOnlyByteBuffer();
      Digest found = Digest.of(content);
      if (!found.hex().equals(picture.getDigest())) {
        throw new LongtakeException(
            ErrorCode.PICTURE_INVALID,
            "pictures[%d]: expected content with digest %s, found %s"
                .formatted(i, FarmEndpoint.shortened(picture.getDigest()), found));
      }
      given.put(found, content);
    }
    return given;
  }
}
