package dev.longtake.wire;

import com.google.protobuf.Timestamp;
import dev.longtake.story.status.StoryFilter;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.TenantScope;
import dev.longtake.wire.v1.ListStoriesRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a list of stories is asked for, both ways. */
public final class FilterWire {

  private FilterWire() {}

  /** A request for the stories that the filter lets through; which page is still to be said. */
  public static ListStoriesRequest.Builder toProto(StoryFilter filter) {
    var message = ListStoriesRequest.newBuilder().setNamePrefix(filter.namePrefix());
    filter.states().stream().sorted().map(StatusWire::toProto).forEach(message::addStates);
    filter.since().ifPresent(since -> message.setSubmittedSince(TimeWire.toProto(since)));
    filter.scope().only().ifPresent(message::setTenant);
    filter.before().ifPresent(before -> message.setSubmittedBefore(TimeWire.toProto(before)));
    return message;
  }

  /**
   * The filter of a request.
   *
   * @throws dev.longtake.error.LongtakeException with {@code REQUEST_INVALID}
   */
  public static StoryFilter fromProto(ListStoriesRequest message) {
    Field at = new Field("");
    List<StoryState> states =
        at.at("states")
            .list(message.getStatesList(), StoryState.values().length, StatusWire::state);
    Optional<Instant> since =
        time(at.at("submitted_since"), message.hasSubmittedSince(), message.getSubmittedSince());
    Optional<Instant> before =
        time(at.at("submitted_before"), message.hasSubmittedBefore(), message.getSubmittedBefore());
    TenantScope scope =
        message.getTenant().isEmpty()
            ? TenantScope.ALL
            : at.at("tenant").make(() -> new TenantScope(message.getTenant()));
    return at.at("name_prefix")
        .make(
            () ->
                new StoryFilter(Set.copyOf(states), message.getNamePrefix(), since, before, scope));
  }

  private static Optional<Instant> time(Field at, boolean isSet, Timestamp message) {
    return isSet ? Optional.of(TimeWire.instant(at, message)) : Optional.empty();
  }
}
