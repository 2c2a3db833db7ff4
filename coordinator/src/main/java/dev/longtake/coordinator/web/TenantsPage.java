package dev.longtake.coordinator.web;

import dev.longtake.coordinator.dispatch.view.FleetView;
import dev.longtake.lease.LeaseToken;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The teams that share the farm, as far as they are to be seen, and what they have. Pure. */
record TenantsPage(long at, List<Tenant> tenants) {

  /**
   * A team that has films under way, or had some lately.
   *
   * @param workers those that hold something of its films now
   * @param succeeded of the films that ended lately
   * @param failed of the same
   */
  record Tenant(
      String name,
      int rendering,
      int waiting,
      int workers,
      int succeeded,
      int failed,
      List<Film> films) {
    Tenant {
      films = List.copyOf(films);
    }
  }

  /** A film under way. */
  record Film(String id, String name, String owner, String state, long submitted, double fraction) {

    private static Film of(StoryStatus story) {
      return new Film(
          story.storyId(),
          story.name(),
          story.submission().owner().name(),
          FarmPage.word(story.state()),
          story.submitTime().toEpochMilli(),
          FarmPage.amount(story).fraction());
    }
  }

  TenantsPage {
    tenants = List.copyOf(tenants);
  }

  static TenantsPage of(FarmPicture picture, FleetView fleet) {
    Set<String> names = new TreeSet<>();
    picture.open().forEach(story -> names.add(story.tenant()));
    picture.recent().forEach(story -> names.add(story.tenant()));
    List<Tenant> tenants = new ArrayList<>();
    names.forEach(name -> tenants.add(tenant(name, picture, fleet)));
    return new TenantsPage(picture.at().toEpochMilli(), tenants);
  }

  private static Tenant tenant(String name, FarmPicture picture, FleetView fleet) {
    List<StoryStatus> open =
        picture.open().stream().filter(story -> story.tenant().equals(name)).toList();
    List<StorySummary> recent =
        picture.recent().stream().filter(story -> story.tenant().equals(name)).toList();
    Set<String> ids = new HashSet<>();
    open.forEach(story -> ids.add(story.storyId()));
    int rendering =
        (int) open.stream().filter(story -> story.state() == StoryState.RUNNING).count();
    return new Tenant(
        name,
        rendering,
        open.size() - rendering,
        (int) fleet.workers().stream().filter(worker -> holdsAny(worker.holds(), ids)).count(),
        count(recent, StoryState.SUCCEEDED),
        count(recent, StoryState.FAILED),
        open.stream().map(Film::of).toList());
  }

  private static boolean holdsAny(List<LeaseToken> holds, Set<String> storyIds) {
    return holds.stream().anyMatch(lease -> storyIds.contains(lease.storyId()));
  }

  private static int count(List<StorySummary> stories, StoryState state) {
    return (int) stories.stream().filter(story -> story.state() == state).count();
  }
}
