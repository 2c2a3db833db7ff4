package dev.longtake.coordinator.dispatch.share;

import java.util.List;
import java.util.Map;

/**
 * What is to be written down of what was used.
 *
 * @param spent since the posting before
 * @param faded what is left of what each tenant has used, in milliseconds
 * @param at when that was so, in milliseconds since 1970
 */
public record Posting(List<Spent> spent, Map<String, Long> faded, long at) {

  public Posting {
    spent = List.copyOf(spent);
    faded = Map.copyOf(faded);
  }
}
