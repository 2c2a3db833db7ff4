package dev.longtake.loadtest.audit;

import dev.longtake.loadtest.client.StoryBook;
import dev.longtake.loadtest.farm.CoordinatorMetrics;
import dev.longtake.loadtest.history.LeaseHistory;
import dev.longtake.loadtest.worker.Incidents;
import dev.longtake.story.status.StoryStatus;
import java.util.List;
import java.util.Map;

/**
 * What an audit looks at.
 *
 * @param statuses of every accepted story, as the coordinator told them when all was over
 * @param metrics of the coordinator, when all was over
 * @param leftovers what was still there then, a sentence each
 * @param requestsRepeated submissions that were made again under the same id
 * @param simulationFailure what is broken in the simulation itself; empty if nothing is
 */
public record Evidence(
    StoryBook book,
    Map<String, StoryStatus> statuses,
    LeaseHistory history,
    Incidents incidents,
    CoordinatorMetrics metrics,
    List<String> leftovers,
    int requestsRepeated,
    String simulationFailure) {

  public Evidence {
    statuses = Map.copyOf(statuses);
    leftovers = List.copyOf(leftovers);
  }
}
