package dev.longtake.coordinator.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.longtake.coordinator.story.CatalogEvent;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.error.LongtakeException;
import java.io.NotSerializableException;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** Writes and reads the journal's rows. Named in {@code coordinator.conf}. */
public final class JournalSerializer extends SerializerWithStringManifest {

  /** Stands in each row, and tells rows of this form from all others. Never to be changed. */
  static final int IDENTIFIER = 7470;

  private static final String STORY_EVENT = "longtake.v1.StoryEvent";
  private static final String CATALOG_EVENT = "longtake.v1.CatalogEvent";

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object event) {
    return event instanceof CatalogEvent ? CATALOG_EVENT : STORY_EVENT;
  }

  @Override
  public byte[] toBinary(Object event) {
    if (event instanceof StoryEvent story) {
      return StoryEventForm.toProto(story).toByteArray();
    }
    if (event instanceof CatalogEvent catalog) {
      return CatalogEventForm.toProto(catalog).toByteArray();
    }
    throw new IllegalArgumentException(
        "journal: expected a StoryEvent or a CatalogEvent, found a " + event.getClass().getName());
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
      if (manifest.equals(CATALOG_EVENT)) {
        return CatalogEventForm.fromProto(dev.longtake.wire.v1.CatalogEvent.parseFrom(bytes));
      }
      throw new IllegalArgumentException(
          "expected %s or %s, found %s".formatted(STORY_EVENT, CATALOG_EVENT, manifest));
    } catch (InvalidProtocolBufferException | IllegalArgumentException | LongtakeException e) {
      var unreadable =
          new NotSerializableException(
              "journal: a row of %d bytes cannot be read: %s"
                  .formatted(bytes.length, e.getMessage()));
      unreadable.initCause(e);
      throw unreadable;
    }
  }
}
