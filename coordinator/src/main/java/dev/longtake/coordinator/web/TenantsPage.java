package dev.longtake.coordinator.web;

import dev.longtake.coordinator.dispatch.view.FleetView;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import dev.longtake.story.status.TenantScope;
import dev.longtake.story.status.TenantStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The teams that share the farm, as far as they are to be seen, and what they have. Pure. */
record TenantsPage(long at, List<Tenant> tenants) {

  /**
   * What a team has of the workers, and what it should have.
   *
   * @param weight 0 of a team that neither has nor wants workers and that no setting names
   * @param workers that work for it; one that works for several counts in parts
   * @param fair its part of all workers that work for anybody
   * @param chunks under way
   * @param chunksMax that it may have under way; 0 if no setting says so
   * @param chunksWaiting for a worker
   * @param usedToday workers' time since midnight UTC, in milliseconds
   * @param usedMax that it may use in a day, in milliseconds; 0 if no setting says so
   */
  record Share(
      int weight,
      double workers,
      double fair,
      int chunks,
      int chunksMax,
      int chunksWaiting,
      long usedToday,
      long usedMax) {

    private static final Share NONE = new Share(0, 0, 0, 0, 0, 0, 0, 0);

    private static Share of(TenantStatus tenant) {
      return new Share(
          tenant.weight(),
          tenant.workers(),
          tenant.share(),
          tenant.chunksRunning(),
          tenant.chunksMax().orElse(0),
          tenant.chunksWaiting(),
          tenant.today().used().toMillis(),
          tenant.today().max().map(Duration::toMillis).orElse(0L));
    }
  }

  /**
   * A team that has films under way, or had some lately, or that settings name.
   *
   * @param succeeded of the films that ended lately
   * @param failed of the same
   */
  record Tenant(
      String name,
      int rendering,
      int waiting,
      Share share,
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

  /**
   * The page of who has to do with the work of {@code scope}.
   *
   * @param picture of that work alone
   */
  static TenantsPage of(FarmPicture picture, FleetView fleet, TenantScope scope) {
    Map<String, Share> shares =
        fleet.tenants().stream()
            .filter(tenant -> scope.covers(tenant.tenant()))
            .collect(Collectors.toMap(TenantStatus::tenant, Share::of));
    Set<String> names = new TreeSet<>(shares.keySet());
    picture.open().forEach(story -> names.add(story.tenant()));
    picture.recent().forEach(story -> names.add(story.tenant()));
    List<Tenant> tenants = new ArrayList<>();
    names.forEach(
        name -> tenants.add(tenant(name, picture, shares.getOrDefault(name, Share.NONE))));
    return new TenantsPage(picture.at().toEpochMilli(), tenants);
  }

  private static Tenant tenant(String name, FarmPicture picture, Share share) {
    List<StoryStatus> open =
        picture.open().stream().filter(story -> story.tenant().equals(name)).toList();
    List<StorySummary> recent =
        picture.recent().stream().filter(story -> story.tenant().equals(name)).toList();
    int rendering =
        (int) open.stream().filter(story -> story.state() == StoryState.RUNNING).count();
    return new Tenant(
        name,
        rendering,
        open.size() - rendering,
        share,
        count(recent, StoryState.SUCCEEDED),
        count(recent, StoryState.FAILED),
        open.stream().map(Film::of).toList());
  }

  private static int count(List<StorySummary> stories, StoryState state) {
    return (int) stories.stream().filter(story -> story.state() == state).count();
  }
}
