package dev.longtake.coordinator.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.catalog.EndedStories;
import dev.longtake.coordinator.catalog.JdbcStoryCatalog;
import dev.longtake.coordinator.catalog.NewStory;
import dev.longtake.coordinator.catalog.StoryEndings;
import dev.longtake.coordinator.database.Database;
import dev.longtake.digest.Digest;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LogLine;
import dev.longtake.lease.LogPage;
import dev.longtake.lease.LogQuery;
import dev.longtake.story.status.Count;
import dev.longtake.story.status.Owner;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import dev.longtake.story.status.TenantScope;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the store of lines does, in whatever database. */
@Timeout(60)
abstract class LogStoreContract {

  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

  private Database database;
  private JdbcStoryCatalog catalog;
  private LogStore store;

  /** An empty database. */
  abstract Database open() throws Exception;

  @BeforeEach
  void openStore() throws Exception {
    database = open();
    catalog = new JdbcStoryCatalog(database, InstantSource.fixed(NOW), 10, StoryEndings.NOT_TOLD);
    store = new LogStore(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private String story(String name) {
    return story(name, Owner.UNKNOWN);
  }

  private String story(String name, Owner owner) {
    return catalog.register(new NewStory(name, Digest.ofText(name), owner, name, 1, 1)).storyId();
  }

  private static LogLine ofWorker(String storyId, int chunk, int attempt, int number) {
    return new LogLine(
        NOW,
        LogLine.Level.WARN,
        new LogLine.About(
            storyId,
            "lion",
            Optional.of(new LeaseToken(storyId, 0, LeaseToken.Kind.CHUNK, chunk, attempt)),
            "worker-1"),
        OptionalInt.of(number),
        "line %d of attempt %d of chunk %d".formatted(number, attempt, chunk));
  }

  private static LogLine ofCoordinator(String storyId, String text) {
    return new LogLine(
        NOW,
        LogLine.Level.INFO,
        new LogLine.About(storyId, "", Optional.empty(), ""),
        OptionalInt.empty(),
        text);
  }

  private static LogQuery of(String storyId) {
    return new LogQuery(storyId, "", "", OptionalInt.empty(), 0, 100);
  }

  private List<LogLine> find(LogQuery query) {
    return store.find(query, TenantScope.ALL).lines().stream().map(LogPage.Kept::line).toList();
  }

  @Test
  void find_ofAStory_hasItsLinesAsTheyWere() {
    String lion = story("lion");
    String rhino = story("rhino");
    List<LogLine> lines =
        List.of(ofCoordinator(lion, "submitted"), ofWorker(lion, 0, 1, 0), ofWorker(lion, 1, 2, 0));
    store.add(lines);
    store.add(List.of(ofCoordinator(rhino, "submitted")));

    assertThat(find(of(lion))).isEqualTo(lines);
    assertThat(find(new LogQuery(lion, "", "lion", OptionalInt.empty(), 0, 100)))
        .isEqualTo(lines.subList(1, 3));
    assertThat(find(new LogQuery(lion, "", "lion", OptionalInt.of(1), 0, 100)))
        .isEqualTo(lines.subList(2, 3));
    assertThat(find(new LogQuery("", "worker-1", "", OptionalInt.empty(), 0, 100)))
        .isEqualTo(lines.subList(1, 3));
  }

  /** A worker renders for all of them. */
  @Test
  void find_aboutAWorker_hasNothingOfOtherTenants() {
    String lion = story("lion", new Owner("zoo", ""));
    String rhino = story("rhino", new Owner("park", ""));
    store.add(List.of(ofWorker(lion, 0, 1, 0), ofWorker(rhino, 0, 1, 0)));
    TenantScope park = new TenantScope("park");
    LogQuery worker = new LogQuery("", "worker-1", "", OptionalInt.empty(), 0, 100);

    assertThat(store.find(worker, park).lines())
        .extracting(kept -> kept.line().about().storyId())
        .containsExactly(rhino);
    assertThat(store.find(of(lion), park).lines()).isEmpty();
    assertThat(find(worker)).hasSize(2);
  }

  /** As another coordinator is told, after the first has ended before it could answer. */
  @Test
  void add_ofAWorkersLineAgain_keepsItOnce() {
    String lion = story("lion");
    store.add(List.of(ofWorker(lion, 0, 1, 0), ofWorker(lion, 0, 1, 1)));

    new LogStore(database).add(List.of(ofWorker(lion, 0, 1, 1), ofWorker(lion, 0, 1, 2)));

    assertThat(find(of(lion)))
        .extracting(LogLine::text)
        .containsExactly(
            "line 0 of attempt 1 of chunk 0",
            "line 1 of attempt 1 of chunk 0",
            "line 2 of attempt 1 of chunk 0");
  }

  @Test
  void add_ofAStoryThatIsNotKnown_isDropped() {
    store.add(List.of(ofWorker("nobody's", 0, 1, 0), ofCoordinator("nobody's", "submitted")));

    assertThat(find(of("nobody's"))).isEmpty();
  }

  @Test
  void find_pageByPage_missesNothing() {
    String lion = story("lion");
    store.add(IntStream.range(0, 25).mapToObj(i -> ofWorker(lion, i, 1, 0)).toList());

    List<Long> ids = new ArrayList<>();
    LogQuery query = new LogQuery(lion, "", "", OptionalInt.empty(), 0, 10);
    LogPage page = store.find(query, TenantScope.ALL);
    while (page.isMore()) {
      page.lines().forEach(kept -> ids.add(kept.id()));
      page = store.find(query.after(page), TenantScope.ALL);
    }
    page.lines().forEach(kept -> ids.add(kept.id()));

    assertThat(ids).isSorted().doesNotHaveDuplicates().hasSize(25);
    // They were kept just now: what was on its way together with them may come yet.
    assertThat(page.next()).isLessThan(ids.getLast());
  }

  @Test
  void latest_ofMore_hasTheNewestInTheirOrder() {
    String lion = story("lion", new Owner("zoo", ""));
    store.add(IntStream.range(0, 25).mapToObj(i -> ofWorker(lion, 3, 1, i)).toList());
    store.add(List.of(ofWorker(lion, 4, 1, 0)));
    var query = new LogQuery(lion, "", "lion", OptionalInt.of(3), 0, 4);

    assertThat(store.latest(query, TenantScope.ALL))
        .extracting(line -> line.number().orElseThrow())
        .containsExactly(21, 22, 23, 24);
    assertThat(store.latest(query, new TenantScope("park"))).isEmpty();
  }

  private void execute(String sql) {
    int _ =
        database.call(
            connection -> {
              try (PreparedStatement statement = connection.prepareStatement(sql)) {
                return statement.executeUpdate();
              }
            });
  }

  /** Whoever hears that lines were not kept hands them over again. */
  @Test
  void add_whereTheOldestCannotBeDropped_keepsLinesAndDropsThemLater() {
    String lion = story("lion");
    List<LogLine> lines =
        IntStream.range(0, LogStore.COUNT_AFTER)
            .mapToObj(i -> ofCoordinator(lion, "line " + i))
            .toList();
    store.add(lines.subList(0, 1));
    execute("CREATE TABLE held (line_id BIGINT REFERENCES log_lines (line_id))");
    execute("INSERT INTO held SELECT line_id FROM log_lines");
    var small = new LogStore(database, 4);

    small.add(lines.subList(1, lines.size()));
    small.add(List.of(ofCoordinator(lion, "one more")));
    assertThat(
            store.latest(new LogQuery(lion, "", "", OptionalInt.empty(), 0, 2000), TenantScope.ALL))
        .hasSize(lines.size() + 1);

    execute("DROP TABLE held");
    small.add(List.of(ofCoordinator(lion, "the last")));
    assertThat(find(of(lion)))
        .extracting(LogLine::text)
        .containsExactly("line 998", "line 999", "one more", "the last");
  }

  @Test
  void trim_ofAStoryWithMany_leavesTheLatest() {
    String lion = story("lion");
    store.add(IntStream.range(0, 9).mapToObj(i -> ofWorker(lion, i, 1, 0)).toList());

    store.trim(lion, 4);
    store.trim(lion, 100);

    assertThat(find(of(lion)))
        .extracting(line -> line.about().lease().orElseThrow().index())
        .containsExactly(5, 6, 7, 8);
  }

  @Test
  void forget_aStory_forgetsItsLines() {
    String lion = story("lion");
    String rhino = story("rhino");
    catalog.update(
        new StorySummary(
            lion,
            "lion",
            StoryState.SUCCEEDED,
            NOW.minus(Duration.ofDays(40)),
            Optional.of(new StoryStatus.Ending(NOW.minus(Duration.ofDays(35)), Optional.empty())),
            1,
            new Count(1, 1)),
        2);
    store.add(List.of(ofWorker(lion, 0, 1, 0), ofWorker(rhino, 0, 1, 0)));

    new EndedStories(database).forget(NOW.minus(Duration.ofDays(30)));

    assertThat(find(of(lion))).isEmpty();
    assertThat(find(of(rhino))).hasSize(1);
  }

  @Test
  void close_ofABook_keepsWhatItWasTold() {
    String lion = story("lion");
    try (var book = new LogBook(store)) {
      book.note(List.of(ofCoordinator(lion, "submitted")));
      book.note(List.of(ofCoordinator(lion, "planned")));
    }

    assertThat(find(of(lion))).extracting(LogLine::text).containsExactly("submitted", "planned");
  }
}
