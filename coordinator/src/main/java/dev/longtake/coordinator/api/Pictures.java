package dev.longtake.coordinator.api;

import dev.longtake.coordinator.artifacts.ArtifactStore;
import dev.longtake.coordinator.artifacts.Claims;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.picture.PictureLimits;
import dev.longtake.picture.PictureLoad;
import dev.longtake.picture.PictureReader;
import dev.longtake.picture.Pixels;
import dev.longtake.story.Picture;
import dev.longtake.story.Story;
import dev.longtake.story.status.TenantScope;
import dev.longtake.wire.v1.PictureContent;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Takes the pictures that come with a story: all that its world names, and nothing else. Each is
 * read as the workers will read it, so that none of them is refused when the story is rendered.
 */
final class Pictures {

  private final ArtifactStore artifacts;
  private final Claims claims;

  /** A decoded picture is large: one at a time, however many stories come. */
  private final ReentrantLock decoding = new ReentrantLock();

  Pictures(ArtifactStore artifacts, Claims claims) {
    this.artifacts = artifacts;
    this.claims = claims;
  }

  /**
   * Checks all of them before it stores any.
   *
   * @param scope whose pictures the caller may name without giving them
   * @param tenant whose they are from now on
   */
  void store(Story story, List<PictureContent> contents, TenantScope scope, String tenant) {
    Map<Digest, ByteBuffer> given = check(contents);
    Set<Digest> seen = new HashSet<>();
    PictureLoad load = PictureLoad.NONE;
    for (Picture picture : named(story)) {
      if (seen.add(picture.digest())) {
        byte[] content = content(picture, given.get(picture.digest()), scope);
        requireReadable(picture, content);
        load = load.plus(content.length, picture.width(), picture.height());
        load.excess()
            .ifPresent(
                excess -> {
                  throw invalid(picture, excess);
                });
      }
    }
    given.forEach(
        (digest, content) -> {
          if (seen.contains(digest) && !artifacts.useAll(List.of(digest))) {
            store(digest, content);
          }
        });
    seen.forEach(digest -> claims.note(tenant, digest));
  }

  private static List<Picture> named(Story story) {
    return story.world().references().flatMap(it -> it.pictures().stream()).toList();
  }

  /** Of a picture that was given, or that is here already, and not another tenant's alone. */
  private byte[] content(Picture picture, @Nullable ByteBuffer given, TenantScope scope) {
    if (given != null) {
      byte[] content = new byte[given.remaining()];
      given.duplicate().get(content);
      return content;
    }
    Digest digest = picture.digest();
    boolean mayName = scope.only().map(it -> claims.has(it, digest)).orElse(true);
    if (!mayName || !artifacts.useAll(List.of(digest))) {
      throw invalid(picture, "expected its content with digest %s, found none".formatted(digest));
    }
    if (artifacts.size(digest) > PictureLimits.FILE_BYTES_MAX) {
      throw invalid(
          picture,
          "expected at most %d bytes, found %d"
              .formatted(PictureLimits.FILE_BYTES_MAX, artifacts.size(digest)));
    }
    return artifacts.read(digest);
  }

  private void requireReadable(Picture picture, byte[] content) {
    decoding.lock();
    try {
      switch (PictureReader.read(content)) {
        case PictureReader.Unusable(String expected, String found) ->
            throw invalid(picture, "expected %s, found %s".formatted(expected, found));
        case PictureReader.Decoded(Pixels pixels, _) -> {
          if (pixels.width() != picture.width() || pixels.height() != picture.height()) {
            throw invalid(
                picture,
                "expected %d x %d pixels as the world says, found %d x %d"
                    .formatted(picture.width(), picture.height(), pixels.width(), pixels.height()));
          }
        }
      }
    } finally {
      decoding.unlock();
    }
  }

  private static LongtakeException invalid(Picture picture, String problem) {
    return new LongtakeException(
        ErrorCode.PICTURE_INVALID, "picture %s: %s".formatted(picture.fileName(), problem));
  }

  private void store(Digest digest, ByteBuffer content) {
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
                .formatted(i, Answers.shortened(picture.getDigest()), found));
      }
      given.put(found, content);
    }
    return given;
  }
}
