package dev.longtake.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.coordinator.dispatch.StoryDemand.Want;
import dev.longtake.coordinator.dispatch.share.Claimant;
import dev.longtake.coordinator.dispatch.share.Moment;
import dev.longtake.coordinator.dispatch.share.ShareSettings;
import dev.longtake.coordinator.dispatch.share.TenantTerms;
import dev.longtake.coordinator.dispatch.share.Terms;
import dev.longtake.coordinator.story.Outlook;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.story.status.Reason;
import dev.longtake.story.status.TenantStatus;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which tenant's shots begin, and what is said of those that do not; four workers. */
class SharesTest {

  private static final StoryDemand.Pin PIN =
      new StoryDemand.Pin(TestStories.ENGINE_CLASS, TestStories.MODEL.identity().digest());

  private Fleet fleet = new Fleet(1, ShareSettings.EQUAL);
  private long told;

  @BeforeEach
  void fourWorkers() {
    with(Map.of("north", new Terms(3, OptionalInt.empty(), Optional.empty())), Duration.ZERO);
  }

  private void with(Map<String, Terms> terms, Duration chunkDelay) {
    fleet =
        new Fleet(1, new ShareSettings(Duration.ofMinutes(15), chunkDelay, new TenantTerms(terms)));
    fleet.begin("node", 0);
    told = 0;
    for (int i = 0; i < 4; i++) {
      tell(
          new NodeNews.WorkerHere(
              Seat.ofAll(
                  new WorkerKey("w" + i, "1"),
                  TestStories.ENGINE_CLASS,
                  TestStories.MODEL,
                  false,
                  1)));
    }
  }

  private void tell(NodeNews news) {
    told++;
    fleet.hear("node", told, news);
  }

  /** A story with so many shots of so many chunks that nobody has begun. */
  private void submit(String id, String tenant, long sequence, int shots, int chunks) {
    List<Want> wants =
        IntStream.range(0, chunks).mapToObj(i -> new Want(i, Optional.empty())).toList();
    tell(
        new NodeNews.StoryWants(
            new StoryDemand(
                id,
                sequence,
                1,
                Optional.of(PIN),
                IntStream.range(0, shots)
                    .mapToObj(i -> new StoryDemand.Shot(i, true, wants, List.of()))
                    .toList(),
                List.of(),
                new ChunkCounts(shots * chunks, 0, 0),
                new Claimant(tenant, Instant.ofEpochSecond(sequence)))));
  }

  private List<String> begun() {
    List<String> ids = new ArrayList<>();
    fleet.assign().forEach(it -> ids.add(it.storyId()));
    return ids;
  }

  private Outlook explain(String storyId) {
    return Reasons.of(fleet, storyId, Optional.empty());
  }

  @Test
  void shots_ofTwoTenants_beginByTheirWeights() {
    submit("large", "south", 1, 20, 1);
    submit("small", "north", 2, 20, 1);

    assertThat(begun()).containsExactly("large", "small", "small", "small");
    assertThat(explain("large").otherwise()).isEqualTo(Reason.SHARE);
    assertThat(explain("large").evidence())
        .isEqualTo("its tenant has 1.0 of 4 busy workers, and its share of them is 1.0");
  }

  @Test
  void aWeightOfNothing_isRefused() {
    assertThatThrownBy(() -> new Terms(0, OptionalInt.empty(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 0");
  }

  @Test
  void aTenantAlone_hasAllWorkersAndIsToldThatTheyAreBusy() {
    submit("large", "south", 1, 20, 1);

    assertThat(begun()).hasSize(4);
    assertThat(explain("large").otherwise()).isEqualTo(Reason.BUSY);
  }

  @Test
  void aTenantAtItsQuota_leavesWorkersToOthers() {
    with(Map.of("south", new Terms(5, OptionalInt.of(3), Optional.empty())), Duration.ZERO);
    submit("large", "south", 1, 20, 2);
    submit("other", "north", 2, 1, 1);

    assertThat(begun()).containsExactly("large", "other");
    Outlook outlook = explain("large");
    assertThat(outlook.otherwise()).isEqualTo(Reason.QUOTA);
    assertThat(outlook.evidence())
        .isEqualTo("its tenant has 2 chunks under way and may have 3, too few for its next shot");
  }

  /** Until midnight, UTC; what runs ends. */
  @Test
  void aTenantThatHasUsedItsTimeOfTheDay_beginsNothingNew() {
    with(
        Map.of("south", new Terms(1, OptionalInt.empty(), Optional.of(Duration.ofMinutes(2)))),
        Duration.ZERO);
    long noon = Duration.ofHours(12).toMillis();
    fleet.accounts().setTime(Moment.at(noon));
    submit("large", "south", 1, 2, 2);
    fleet.ask((Assignment.Lease) fleet.assign().getFirst());
    submit("later", "south", 2, 20, 2);
    fleet.accounts().setTime(Moment.at(noon + Duration.ofMinutes(2).toMillis()));

    assertThat(fleet.assign()).isEmpty();
    assertThat(fleet.accounts().stopped()).containsExactly("south");
    Outlook outlook = explain("later");
    assertThat(outlook.otherwise()).isEqualTo(Reason.QUOTA);
    assertThat(outlook.evidence())
        .isEqualTo(
            "its tenant has used 4 min 00 s of workers' time since midnight UTC and may use"
                + " 2 min 00 s a day; it goes on at 1970-01-02T00:00:00Z");
    assertThat(Reasons.count(fleet, fleet.assign(), Optional.empty()))
        .containsEntry(Reason.QUOTA, 40);
    assertThat(fleet.board().tenants().getFirst().today())
        .isEqualTo(
            new TenantStatus.Today(Duration.ofMinutes(4), Optional.of(Duration.ofMinutes(2))));

    fleet.accounts().setTime(Moment.at(2 * noon));
    assertThat(begun()).isNotEmpty().containsOnly("later");
  }

  private List<Integer> takers() {
    return fleet.assign().stream()
        .map(it -> ((Assignment.Lease) it).grants().stream().map(Grant::worker).distinct().count())
        .map(Long::intValue)
        .toList();
  }

  /** Workers are not kept for shots that the quota keeps from beginning. */
  @Test
  void aShotThatFillsTheQuota_isSpreadOverAllWorkers() {
    with(Map.of("south", new Terms(1, OptionalInt.of(4), Optional.empty())), Duration.ZERO);
    submit("large", "south", 1, 20, 4);

    assertThat(takers()).containsExactly(4);
  }

  @Test
  void shotsOfWhichTwoFitTheQuota_haveHalfTheWorkersEach() {
    with(Map.of("south", new Terms(1, OptionalInt.of(9), Optional.empty())), Duration.ZERO);
    submit("large", "south", 1, 20, 4);

    assertThat(takers()).containsExactly(2, 2);
  }

  @Test
  void held_ofStories_areThoseWhoseTenantMayBeginNoMore() {
    with(Map.of("south", new Terms(1, OptionalInt.of(2), Optional.empty())), Duration.ZERO);
    submit("large", "south", 1, 20, 2);
    submit("later", "south", 2, 20, 2);
    submit("other", "north", 3, 20, 1);
    fleet.assign().forEach(it -> fleet.ask((Assignment.Lease) it));
    fleet.assign();

    assertThat(fleet.stories().stream().filter(Reasons.held(fleet)).map(StoryDemand::storyId))
        .as("not the one that was asked, and has not told what came of it")
        .containsExactly("later");
  }

  /** It would wait for ever otherwise. */
  @Test
  void aShotLargerThanTheQuota_beginsAlone() {
    with(Map.of("south", new Terms(1, OptionalInt.of(2), Optional.empty())), Duration.ZERO);
    submit("large", "south", 1, 2, 3);

    assertThat(begun()).containsExactly("large");
  }

  @Test
  void aSmallFilm_withADelayForEachChunk_comesBeforeALargeOne() {
    with(Map.of(), Duration.ofSeconds(1));
    submit("large", "south", 1, 40, 1);
    submit("small", "south", 30, 2, 1);
    submit("late", "south", 50, 2, 1);

    assertThat(begun()).containsExactly("large", "large", "small", "small");
    assertThat(explain("large").evidence())
        .isEqualTo("of 4 workers that could take it 4 have no chunk, and 1 stories come before it");
  }

  @Test
  void tenants_ofAFleet_haveWhatTheyHoldAndWhatWaits() {
    submit("large", "south", 1, 20, 1);
    submit("small", "north", 2, 20, 1);
    fleet.assign().forEach(it -> fleet.ask((Assignment.Lease) it));

    assertThat(fleet.board().tenants())
        .containsExactly(
            new TenantStatus(
                "north", 3, OptionalInt.empty(), 3, 3, 3, 0, TenantStatus.Today.NOTHING),
            new TenantStatus(
                "south", 1, OptionalInt.empty(), 1, 1, 1, 0, TenantStatus.Today.NOTHING));
  }

  @Test
  void count_ofWhatWaits_hasEachByItsReason() {
    with(Map.of("south", new Terms(1, OptionalInt.of(1), Optional.empty())), Duration.ZERO);
    submit("a", "south", 1, 3, 1);
    submit("b", "north", 2, 9, 1);

    Map<Reason, Integer> counts = Reasons.count(fleet, fleet.assign(), Optional.empty());

    assertThat(counts).containsEntry(Reason.FLOWING, 4).containsEntry(Reason.QUOTA, 2);
    assertThat(counts.get(Reason.SHARE) + counts.get(Reason.BUSY)).isEqualTo(6);
  }
}
