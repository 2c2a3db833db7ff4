package dev.longtake.coordinator.journal;

import dev.longtake.coordinator.story.CatalogEvent;
import dev.longtake.coordinator.story.CatalogEvent.StoryClosed;
import dev.longtake.coordinator.story.CatalogEvent.StoryRegistered;
import dev.longtake.digest.Digest;
import dev.longtake.story.status.StorySummary;
import dev.longtake.wire.OwnerWire;
import dev.longtake.wire.StatusWire;

/** Events of the catalog as the journal holds them, both ways. */
final class CatalogEventForm {

  private CatalogEventForm() {}

  static dev.longtake.wire.v1.CatalogEvent toProto(CatalogEvent event) {
    var message = dev.longtake.wire.v1.CatalogEvent.newBuilder();
    switch (event) {
      case StoryRegistered registered -> message.setRegistered(form(registered));
      case StoryClosed(StorySummary summary) ->
          message.setClosed(
              dev.longtake.wire.v1.CatalogEvent.Closed.newBuilder()
                  .setSummary(
                      StatusWire.toProto(summary).toBuilder()
                          .setTenant(OwnerWire.journaled(summary.tenant()))));
    }
    return message.build();
  }

  /**
   * The event of a message.
   *
   * @throws IllegalArgumentException or {@code LongtakeException} if this version knows none such
   */
  static CatalogEvent fromProto(dev.longtake.wire.v1.CatalogEvent message) {
    return switch (message.getKindCase()) {
      case REGISTERED -> registered(message.getRegistered());
      case CLOSED -> new StoryClosed(StatusWire.fromProto(message.getClosed().getSummary()));
      case KIND_NOT_SET -> throw Words.unknownKind("catalog");
    };
  }

  private static dev.longtake.wire.v1.CatalogEvent.Registered.Builder form(StoryRegistered event) {
    return dev.longtake.wire.v1.CatalogEvent.Registered.newBuilder()
        .setStoryId(event.storyId())
        .setSequence(event.sequence())
        .setRequestId(event.requestId())
        .setContentDigest(event.content().hex());
  }

  private static CatalogEvent registered(dev.longtake.wire.v1.CatalogEvent.Registered message) {
    return new StoryRegistered(
        message.getStoryId(),
        message.getSequence(),
        message.getRequestId(),
        new Digest(message.getContentDigest()));
  }
}
