package dev.longtake.coordinator.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.longtake.coordinator.story.CatalogEvent;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.error.LongtakeException;
import dev.longtake.wire.v1.StorySnapshot;
import java.io.NotSerializableException;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes and reads the journal's rows, and snapshots. Named in {@code coordinator.conf}. */
public final class JournalSerializer extends SerializerWithStringManifest {

  /** Stands in each row, and tells rows of this form from all others. Never to be changed. */
  static final int IDENTIFIER = 7470;

  private static final Logger log = LoggerFactory.getLogger(JournalSerializer.class);

  private static final String STORY_EVENT = "longtake.v1.StoryEvent";
  private static final String STORY_SNAPSHOT = "longtake.v1.StorySnapshot";
  private static final String CATALOG_EVENT = "longtake.v1.CatalogEvent";

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object event) {
    if (event instanceof StoryProgress) {
      return STORY_SNAPSHOT;
    }
    return event instanceof CatalogEvent ? CATALOG_EVENT : STORY_EVENT;
  }

  @Override
  public byte[] toBinary(Object event) {
    if (event instanceof StoryEvent story) {
      return StoryEventForm.toProto(story).toByteArray();
    }
    if (event instanceof StoryProgress story) {
      return StorySnapshotForm.toProto(story).toByteArray();
    }
    if (event instanceof CatalogEvent catalog) {
      return CatalogEventForm.toProto(catalog).toByteArray();
    }
    throw new IllegalArgumentException(
        "journal: expected a StoryEvent, a StoryProgress or a CatalogEvent, found a "
            + event.getClass().getName());
  }

  /**
   * Reads a row.
   *
   * @throws NotSerializableException if it is not one that this version can read, which stops its
   *     reader: a row is read as what it says, or not at all
   */
  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    try {
      if (manifest.equals(STORY_EVENT)) {
        return StoryEventForm.fromProto(dev.longtake.wire.v1.StoryEvent.parseFrom(bytes));
      }
      if (manifest.equals(STORY_SNAPSHOT)) {
        return snapshot(bytes);
      }
      if (manifest.equals(CATALOG_EVENT)) {
        return CatalogEventForm.fromProto(dev.longtake.wire.v1.CatalogEvent.parseFrom(bytes));
      }
      throw new IllegalArgumentException(
          "expected %s, %s or %s, found %s"
              .formatted(STORY_EVENT, STORY_SNAPSHOT, CATALOG_EVENT, manifest));
    } catch (InvalidProtocolBufferException | IllegalArgumentException | LongtakeException e) {
      var unreadable =
          new NotSerializableException(
              "journal: a row of %d bytes cannot be read: %s"
                  .formatted(bytes.length, e.getMessage()));
      unreadable.initCause(e);
      throw unreadable;
    }
  }

  /** The story is read from all of its events then, which takes longer and is no loss. */
  private static StoryProgress snapshot(byte[] bytes) throws InvalidProtocolBufferException {
    StorySnapshot message = StorySnapshot.getDefaultInstance();
    try {
      message = StorySnapshot.parseFrom(bytes);
      return StorySnapshotForm.fromProto(message);
    } catch (InvalidProtocolBufferException | IllegalArgumentException | LongtakeException e) {
      log.warn(
          "story={} a snapshot of {} bytes cannot be read, all events are read instead: {}",
          message.getSubmitted().getStoryId(),
          bytes.length,
          e.getMessage());
      throw e;
    }
  }
}
