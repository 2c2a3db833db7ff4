package dev.longtake.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.artifacts.OldArtifacts;
import dev.longtake.coordinator.catalog.EndedStories;
import dev.longtake.coordinator.catalog.JdbcStoryCatalog;
import dev.longtake.coordinator.catalog.NewStory;
import dev.longtake.coordinator.catalog.StoryEndings;
import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.journal.Journal;
import dev.longtake.digest.Digest;
import dev.longtake.metrics.Metrics;
import dev.longtake.story.status.Count;
import dev.longtake.story.status.Owner;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the first of March, with stories kept for thirty days. */
class RetentionTest {

  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
  private static final Duration KEEP = Duration.ofDays(30);
  private static final Duration MARGIN = Duration.ofHours(1);

  @TempDir private Path folder;
  private Database database;
  private JdbcStoryCatalog catalog;
  private final Metrics metrics = new Metrics();
  private final List<Instant> removed = new ArrayList<>();
  private final OldArtifacts artifacts =
      before -> {
        removed.add(before);
        return new OldArtifacts.Removed(7, 1 << 20);
      };

  @BeforeEach
  void open() {
    database = Journal.open(folder, false);
    catalog = new JdbcStoryCatalog(database, InstantSource.fixed(NOW), 10, StoryEndings.NOT_TOLD);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void story(String name, Instant submitted, Optional<Instant> ended) {
    String id =
        catalog
            .register(new NewStory(name, Digest.ofText(name), Owner.UNKNOWN, name, 1, 1))
            .storyId();
    catalog.update(
        new StorySummary(
            id,
            name,
            ended.isPresent() ? StoryState.SUCCEEDED : StoryState.RUNNING,
            submitted,
            ended.map(at -> new StoryStatus.Ending(at, Optional.empty())),
            1,
            new Count(0, 1)),
        2);
  }

  private void sweep() {
    try (var retention =
        new Retention(
            new EndedStories(database), artifacts, KEEP, InstantSource.fixed(NOW), metrics)) {
      retention.sweep();
    }
  }

  @Test
  void sweep_ofAFarmThatKnowsNothing_removesWhatIsOlderThanItIsKept() {
    sweep();

    assertThat(removed).containsExactly(NOW.minus(KEEP).minus(MARGIN));
  }

  @Test
  void sweep_anOldStoryThatGoesOn_keepsEverythingSinceItWasSubmitted() {
    Instant longAgo = NOW.minus(Duration.ofDays(90));
    story("goes on", longAgo, Optional.empty());
    story("old", longAgo.minusSeconds(9), Optional.of(longAgo));

    sweep();

    assertThat(removed).containsExactly(longAgo.minus(MARGIN));
    assertThat(metrics.storiesForgotten.get()).isEqualTo(1);
    assertThat(metrics.artifactsRemoved.get()).isEqualTo(7);
    assertThat(catalog.open()).hasSize(1);
  }

  @Test
  void sweep_aStoryThatEndedLately_isKeptWithWhatItIsMadeOf() {
    Instant submitted = NOW.minus(Duration.ofDays(40));
    story("ended", submitted, Optional.of(NOW.minus(Duration.ofDays(29))));

    sweep();

    assertThat(removed).containsExactly(submitted.minus(MARGIN));
    assertThat(metrics.storiesForgotten.get()).isZero();
  }
}
