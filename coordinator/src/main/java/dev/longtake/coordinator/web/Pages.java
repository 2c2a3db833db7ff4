package dev.longtake.coordinator.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.coordinator.dispatch.view.FleetView;
import dev.longtake.coordinator.draft.DraftDesk;
import dev.longtake.coordinator.story.StoryDetail;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.LogQuery;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StorySummary;
import dev.longtake.story.status.TenantScope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes pages, from one picture of the farm for all of them, which is taken again after a while.
 * Safe for several threads, which wait for one another.
 */
final class Pages {

  /** A picture counts as new for so long. */
  private static final Duration PICTURE_AGE_MAX = Duration.ofMillis(900);

  private static final int TAKES_MAX = 24;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final WebParts parts;
  private final FarmReader reader;
  private final Throughput throughput;
  private @Nullable FarmPicture picture;

  Pages(WebParts parts) {
    this.parts = parts;
    this.reader = new FarmReader(parts.farm(), parts.clock());
    this.throughput = new Throughput(parts.clock().instant());
  }

  /** Looks how far the stories are, so that there is a history when somebody wants to see it. */
  synchronized void look() {
    picture();
  }

  private FarmPicture picture() {
    FarmPicture before = picture;
    Instant now = reader.now();
    if (before != null && Duration.between(before.at(), now).compareTo(PICTURE_AGE_MAX) < 0) {
      return before;
    }
    FarmPicture taken = reader.read();
    picture = taken;
    throughput.take(
        taken.at(),
        taken.open().stream().map(Work::of).toList(),
        FarmReader.succeeded(taken),
        reader::frameRateHz);
    return taken;
  }

  /**
   * A page, as JSON.
   *
   * @throws LongtakeException if there is no such story, or the farm does not answer
   */
  String json(Topic.Look look) {
    try {
      return JSON.writeValueAsString(page(look));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("page " + look.topic(), e);
    }
  }

  private Record page(Topic.Look look) {
    Topic topic = look.topic();
    return topic.chunk().isPresent() // The others do not wait while the database looks for lines.
        ? lines(topic.story(), topic.chunk().get(), look.scope())
        : ofPicture(look);
  }

  private synchronized Record ofPicture(Topic.Look look) {
    FarmPicture all = picture();
    FarmPicture seen = reader.only(all, look.scope());
    String story = look.topic().story();
    return switch (look.topic().kind()) {
      case FARM -> FarmPage.of(seen, FarmPage.Crew.of(all), throughput);
      case HISTORY -> HistoryPage.of(throughput);
      case HOLDS -> HoldsPage.of(reader.now().toEpochMilli(), reader.explanations(seen));
      case WORKERS -> WorkersPage.of(all, look.scope());
      case FILM -> film(reader.detail(story, look.scope()));
      case LINES -> throw new IllegalStateException("lines are in no picture");
      case FAILURES -> FailuresPage.of(seen, reader.details(seen));
      case TAKES -> takes(seen);
      case CONTROL -> control(all);
      case TENANTS -> TenantsPage.of(seen, all.fleet(), look.scope());
    };
  }

  private FilmPage film(StoryDetail detail) {
    String storyId = detail.status().storyId();
    return FilmPage.of(detail, reader.explain(storyId), drafts(detail), throughput, reader.now());
  }

  /** The newest drafts of shots under way; those of others are not asked for. */
  private List<FilmPage.Draft> drafts(StoryDetail detail) {
    Optional<DraftDesk> desk = parts.content().drafts();
    List<FilmPage.Draft> drafts = new ArrayList<>();
    for (int i = 0; i < detail.shots().size(); i++) {
      boolean isWanted = desk.isPresent() && FilmPage.isUnderWay(detail.status(), i);
      drafts.add(
          isWanted
              ? FilmPage.Draft.of(
                  desk.get().show(detail.status().storyId(), i, detail.shots().get(i).drafting()))
              : FilmPage.Draft.NONE);
    }
    return drafts;
  }

  private LinesPage lines(String story, Topic.Chunk chunk, TenantScope scope) {
    List<ShotStatus> shots = reader.detail(story, scope).status().shots();
    if (chunk.shot() >= shots.size()) {
      return LinesPage.of(List.of());
    }
    var query =
        new LogQuery(
            story,
            "",
            shots.get(chunk.shot()).shotId(),
            OptionalInt.of(chunk.index()),
            0,
            LinesPage.SHOWN_MAX);
    return LinesPage.of(parts.content().lines().latest(query, scope));
  }

  private TakesPage takes(FarmPicture now) {
    List<TakesPage.Film> films = new ArrayList<>();
    now.open().stream().map(TakesPage.Film::of).forEach(films::add);
    List<StorySummary> latest = now.recent().subList(0, Math.min(TAKES_MAX, now.recent().size()));
    reader.statuses(latest).stream().map(TakesPage.Film::of).forEach(films::add);
    films.removeIf(film -> film.sheet().isEmpty() && film.clips().isEmpty());
    return new TakesPage(now.at().toEpochMilli(), films);
  }

  private ControlPage control(FarmPicture now) {
    Map<String, Long> workers =
        now.fleet().workers().stream()
            .collect(Collectors.groupingBy(FleetView.Worker::node, Collectors.counting()));
    WebParts.About about = parts.about();
    return new ControlPage(
        now.at().toEpochMilli(),
        new ControlPage.Self(
            about.node(),
            about.version(),
            throughput.since().toEpochMilli(),
            about.journal(),
            now.heldUp().orElse(""),
            parts.probes().whyNotReady().orElse(""),
            parts.gauges().dispatch().get(),
            parts.gauges().lease().get()),
        about.leads().get() ? about.node() : "",
        now.fleet().settled(),
        now.fleet().nodes().stream()
            .sorted()
            .map(
                node ->
                    new ControlPage.Node(
                        ControlPage.shortened(node), workers.getOrDefault(node, 0L).intValue()))
            .toList(),
        parts.gauges().freeBytes().get(),
        parts.gauges().latentStoreBytes().getAsLong(),
        parts.access().audit().latest());
  }
}
