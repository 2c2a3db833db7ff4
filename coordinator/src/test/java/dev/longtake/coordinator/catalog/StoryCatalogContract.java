package dev.longtake.coordinator.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.longtake.coordinator.catalog.StoryCatalog.Registered;
import dev.longtake.coordinator.database.Database;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.story.status.Count;
import dev.longtake.story.status.Owner;
import dev.longtake.story.status.StoryFilter;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import dev.longtake.story.status.Submission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a catalog does, in whatever database. */
@Timeout(60)
abstract class StoryCatalogContract {

  private static final Instant START = Instant.parse("2026-01-02T03:04:05.678901Z");
  private static final int OPEN_MAX = 20;

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private Database database;
  private StoryCatalog catalog;

  /** An empty database. */
  abstract Database open() throws Exception;

  @BeforeEach
  void openCatalog() throws Exception {
    database = open();
    catalog = catalog();
  }

  /** Another coordinator's. */
  private StoryCatalog catalog() {
    return new JdbcStoryCatalog(database, now::get, OPEN_MAX, StoryEndings.NOT_TOLD);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static NewStory story(String requestId) {
    return new NewStory(requestId, Digest.ofText(requestId), Owner.UNKNOWN, requestId, 33, 2);
  }

  private String submit(String requestId, Instant at) {
    Registered story = catalog.register(story(requestId));
    catalog.update(line(story.storyId(), requestId, StoryState.PENDING, at), 1);
    return story.storyId();
  }

  private static StorySummary line(String storyId, String name, StoryState state, Instant at) {
    Optional<StoryStatus.Failure> failure =
        state == StoryState.FAILED
            ? Optional.of(new StoryStatus.Failure("bug.internal", "broken"))
            : Optional.empty();
    return new StorySummary(
        storyId,
        name,
        state,
        at,
        state.isEnded()
            ? Optional.of(new StoryStatus.Ending(at.plusSeconds(60), failure))
            : Optional.empty(),
        33,
        new Count(state == StoryState.PENDING ? 0 : 1, 2));
  }

  private List<String> names(StoryFilter filter) {
    List<String> names = new ArrayList<>();
    String token = "";
    do {
      StoryCatalog.Page page = catalog.page(filter, 2, token);
      page.stories().forEach(story -> names.add(story.name()));
      token = page.nextPageToken();
    } while (!token.isEmpty());
    return names;
  }

  @Test
  void register_again_givesTheSameStory() {
    Registered first = catalog.register(story("one"));

    assertThat(catalog.register(story("one"))).isEqualTo(first);
    assertThat(first).isEqualTo(new Registered("story-000001", 1));
    assertThat(catalog.register(story("two"))).isEqualTo(new Registered("story-000002", 2));
    assertThat(catalog.tenantOf("story-000001")).contains("default");
    assertThat(catalog.tenantOf("story-000003")).isEmpty();
  }

  @Test
  void register_requestIdOfAnotherStory_isRefused() {
    catalog.register(story("one"));

    LongtakeException refusal =
        catchThrowableOfType(
            LongtakeException.class,
            () ->
                catalog.register(
                    new NewStory("one", Digest.ofText("other"), Owner.UNKNOWN, "one", 33, 2)));

    assertThat(refusal.code()).isEqualTo(ErrorCode.ALREADY_EXISTS);
    assertThat(refusal).hasMessageContaining("story-000001");
  }

  /** What one tenant has asked for is nothing to another, not even that it was asked for. */
  @Test
  void register_requestIdOfAnotherTenant_isAStoryOfItsOwn() {
    var owner = new Owner("features", "rosie@studio");
    Registered first = catalog.register(story("one"));

    Registered second =
        catalog.register(new NewStory("one", Digest.ofText("other"), owner, "one", 33, 2));

    assertThat(second.storyId()).isNotEqualTo(first.storyId());
    assertThat(catalog.find(second.storyId()).orElseThrow().submission().owner()).isEqualTo(owner);
    assertThat(catalog.find(first.storyId()).orElseThrow().tenant()).isEqualTo("default");
  }

  @Test
  void update_storyOfATenant_keepsWhoseItIs() {
    var owner = new Owner("features", "rosie@studio");
    Registered story =
        catalog.register(new NewStory("one", Digest.ofText("one"), owner, "one", 33, 2));
    var line =
        new StorySummary(
            story.storyId(),
            "one",
            StoryState.RUNNING,
            new Submission(START, owner),
            Optional.empty(),
            33,
            new Count(0, 2));

    catalog.update(line, 1);

    assertThat(catalog.find(story.storyId())).contains(line);
  }

  /** Each of many requests, asked for of two coordinators at the same moment, is one story. */
  @Test
  void register_ofTwoCoordinatorsAtOnce_givesOneStoryToARequest() throws Exception {
    List<StoryCatalog> both = List.of(catalog, catalog());
    List<Callable<Registered>> calls = new ArrayList<>();
    for (int i = 0; i < OPEN_MAX / 2; i++) {
      NewStory story = story("request-" + i);
      both.forEach(one -> calls.add(() -> one.register(story)));
    }

    Set<Registered> stories = new HashSet<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answer : threads.invokeAll(calls)) {
        stories.add(answer.get());
      }
    }

    assertThat(stories).hasSize(OPEN_MAX / 2);
    assertThat(catalog.open()).hasSize(OPEN_MAX / 2);
  }

  @Test
  void register_whereTooManyAreOpen_isRefusedUntilOneHasEnded() {
    List<String> ids =
        IntStream.range(0, OPEN_MAX).mapToObj(i -> submit("story " + i, START)).toList();

    LongtakeException refusal =
        catchThrowableOfType(
            LongtakeException.class, () -> catalog.register(story("one too many")));
    catalog.update(line(ids.getFirst(), "story 0", StoryState.CANCELLED, START), 2);

    assertThat(refusal.code()).isEqualTo(ErrorCode.LIMIT_REACHED);
    assertThat(refusal).hasMessageContaining("fewer than 20");
    assertThat(catalog.register(story("story 1")).storyId()).isEqualTo(ids.get(1));
    assertThat(catalog.register(story("one too many"))).isNotNull();
  }

  @Test
  void update_ofEveryState_isReadBack() {
    String id = submit("one", START);
    long events = 1;
    for (StoryState state : StoryState.values()) {
      StorySummary line = line(id, "Rosie \u00e4\ud83e\udd8f", state, START.plusSeconds(events));

      catalog.update(line, ++events);

      assertThat(catalog.find(id)).contains(line);
      assertThat(catalog.page(StoryFilter.ALL, 10, "").stories()).containsExactly(line);
    }
    assertThat(catalog.find("story-000009")).isEmpty();
  }

  /** A line of an earlier moment comes late, from a coordinator that was slow or is superseded. */
  @Test
  void update_ofAnEarlierMoment_changesNothing() {
    String id = submit("one", START);
    StorySummary end = line(id, "one", StoryState.FAILED, START);
    catalog.update(end, 9);

    catalog.update(line(id, "one", StoryState.RUNNING, START), 8);
    catalog.update(line(id, "one", StoryState.RUNNING, START), 9);

    assertThat(catalog.find(id)).contains(end);
    assertThat(catalog.open()).isEmpty();
  }

  @Test
  void update_textWithZeros_isTaken() {
    String id = submit("one", START);
    StorySummary line = line(id, "a\0b", StoryState.RUNNING, START);

    catalog.update(line, 2);

    assertThat(catalog.find(id)).map(StorySummary::name).contains("a b");
  }

  @Test
  void open_isWhatHasNotEnded_theOldestFirst() {
    String first = submit("first", START.plusSeconds(3));
    String second = submit("second", START);
    String third = submit("third", START.plusSeconds(1));

    catalog.update(line(second, "second", StoryState.SUCCEEDED, START), 2);
    catalog.update(line(third, "third", StoryState.RUNNING, START), 2);

    assertThat(catalog.open()).containsExactly(first, third);
  }

  @Test
  void page_withoutFilter_isAllNewestFirst() {
    for (int i = 0; i < 5; i++) {
      submit("story " + i, START.plusSeconds(i / 2)); // Some of the same moment.
    }

    assertThat(names(StoryFilter.ALL))
        .containsExactly("story 4", "story 3", "story 2", "story 1", "story 0");
    assertThat(catalog.page(StoryFilter.ALL, 5, "").nextPageToken()).isEmpty();
  }

  @Test
  void page_afterWhichOneWasSubmitted_goesOnWhereItWas() {
    List.of("a", "b", "c").forEach(name -> submit(name, START));
    StoryCatalog.Page first = catalog.page(StoryFilter.ALL, 2, "");

    submit("d", START.plusSeconds(1));

    assertThat(catalog.page(StoryFilter.ALL, 2, first.nextPageToken()).stories())
        .extracting(StorySummary::name)
        .containsExactly("a");
  }

  @Test
  void page_ofStates_isTheseInOneOrder() {
    for (int i = 0; i < 9; i++) {
      String id = submit("story " + i, START.plusSeconds(i));
      StoryState state =
          List.of(StoryState.RUNNING, StoryState.FAILED, StoryState.PENDING).get(i % 3);
      catalog.update(line(id, "story " + i, state, START.plusSeconds(i)), 2);
    }

    assertThat(names(filter(Set.of(StoryState.FAILED, StoryState.RUNNING), "", Optional.empty())))
        .containsExactly("story 7", "story 6", "story 4", "story 3", "story 1", "story 0");
    assertThat(names(filter(Set.of(StoryState.CANCELLED), "", Optional.empty()))).isEmpty();
  }

  private static StoryFilter filter(
      Set<StoryState> states, String prefix, Optional<Instant> since) {
    return new StoryFilter(states, prefix, since, Optional.empty());
  }

  @Test
  void page_ofANamePrefix_isWhatStartsSoInAnyLetters() {
    List.of("Zoo", "zoo night", "zo", "a zoo", "ZOO\uffee", "zop", "z_o", "zoo%", "zoo\ud83e\udd8f")
        .forEach(name -> submitNamed(name));

    assertThat(names(filter(Set.of(), "zoo", Optional.empty())))
        .containsExactly("zoo\ud83e\udd8f", "zoo%", "ZOO\uffee", "zoo night", "Zoo");
    assertThat(names(filter(Set.of(StoryState.PENDING), "Z_", Optional.empty())))
        .containsExactly("z_o");
    assertThat(names(filter(Set.of(), "zoo\ud83e\udd8f", Optional.empty()))).hasSize(1);
    assertThat(names(filter(Set.of(), "\ud7ff", Optional.empty()))).isEmpty();
    assertThat(names(filter(Set.of(), "\uffff", Optional.empty()))).isEmpty();
  }

  private void submitNamed(String name) {
    Registered story = catalog.register(story("r" + name.hashCode()));
    catalog.update(line(story.storyId(), name, StoryState.PENDING, START), 1);
  }

  @Test
  void page_ofATime_isFromThenAndBeforeThen() {
    for (int i = 0; i < 5; i++) {
      submit("story " + i, START.plusSeconds(i));
    }

    assertThat(
            names(
                new StoryFilter(
                    Set.of(),
                    "",
                    Optional.of(START.plusSeconds(1)),
                    Optional.of(START.plusSeconds(4)))))
        .containsExactly("story 3", "story 2", "story 1");
  }

  @Test
  void page_tokenOfNobody_isRefused() {
    for (String token : List.of("x", "!", "AAAA", "1234567890123456789012", "_".repeat(22))) {
      assertThat(
              catchThrowableOfType(
                      LongtakeException.class, () -> catalog.page(StoryFilter.ALL, 2, token))
                  .code())
          .isEqualTo(ErrorCode.REQUEST_INVALID);
    }
  }

  @Test
  void forgetAbandoned_ofAnHour_leavesWhatIsInTheJournal() {
    String submitted = submit("submitted", START);
    catalog.register(story("lost"));
    String repeated = catalog.register(story("repeated")).storyId();
    now.set(START.plus(Duration.ofMinutes(50)));
    catalog.register(story("repeated"));
    now.set(START.plus(Duration.ofMinutes(61)));

    catalog.forgetAbandoned();

    assertThat(catalog.open()).containsExactly(submitted, repeated);
    assertThat(catalog.register(story("lost")).storyId()).isEqualTo("story-000004");
  }

  private long rows(String table, String storyId) {
    return database.call(
        connection -> {
          try (var query =
              connection.prepareStatement(
                  "SELECT COUNT(*) FROM \"%s\" WHERE \"persistence_id\" = ?".formatted(table))) {
            query.setString(1, "story|" + storyId);
            try (var row = query.executeQuery()) {
              row.next();
              return row.getLong(1);
            }
          }
        });
  }

  private void write(String storyId, int events) {
    database.call(
        connection -> {
          try (var insert =
              connection.prepareStatement(
                  """
                  INSERT INTO "event_journal" ("persistence_id", "sequence_number", "writer",
                    "write_timestamp", "adapter_manifest", "event_ser_id", "event_ser_manifest",
                    "event_payload") VALUES (?, ?, 'test', 0, '', 1, 'test', ?)
                  """)) {
            for (int i = 1; i <= events; i++) {
              insert.setString(1, "story|" + storyId);
              insert.setInt(2, i);
              insert.setBytes(3, new byte[] {1});
              insert.executeUpdate();
            }
            return events;
          }
        });
  }

  private String end(String requestId, StoryState how, Instant submitted) {
    String id = submit(requestId, submitted);
    catalog.update(line(id, requestId, how, submitted), 9);
    write(id, 3);
    return id;
  }

  /** Stories end a minute after they were submitted. */
  @Test
  void forget_ofWhatEndedBefore_leavesTheOthersAndWhatGoesOn() {
    String open = submit("open", START);
    write(open, 3);
    String old = end("old", StoryState.SUCCEEDED, START);
    String late = end("late", StoryState.CANCELLED, START.plusSeconds(1));
    var stories = new EndedStories(database);

    EndedStories.Forgotten forgotten = stories.forget(START.plusSeconds(61));

    assertThat(forgotten).isEqualTo(new EndedStories.Forgotten(1, 3));
    assertThat(catalog.find(old)).isEmpty();
    assertThat(rows("event_journal", old)).isZero();
    assertThat(catalog.find(late)).isPresent();
    assertThat(rows("event_journal", late)).isEqualTo(3);
    assertThat(catalog.open()).containsExactly(open);
    assertThat(stories.oldest()).contains(START);
    assertThat(stories.forget(START.plusSeconds(61))).isEqualTo(EndedStories.Forgotten.NOTHING);
  }

  @Test
  void forget_ofMoreThanAtOnce_forgetsAll() {
    for (int i = 0; i < 250; i++) {
      end("old " + i, StoryState.SUCCEEDED, START);
    }

    var stories = new EndedStories(database);

    assertThat(stories.forget(START.plusSeconds(3600)).stories()).isEqualTo(250);
    assertThat(stories.oldest()).isEmpty();
  }

  @Test
  void keep_beforeItGoesOn_isNotForgotten() {
    String failed = end("failed", StoryState.FAILED, START);
    now.set(START.plus(Duration.ofDays(40)));

    assertThat(catalog.keep(failed)).isTrue();

    assertThat(new EndedStories(database).forget(START.plus(Duration.ofDays(30))))
        .isEqualTo(EndedStories.Forgotten.NOTHING);
    assertThat(catalog.keep("story-999999")).isFalse();
  }
}
