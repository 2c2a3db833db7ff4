package dev.longtake.coordinator.catalog;

import dev.longtake.coordinator.database.WriteBehind;
import dev.longtake.coordinator.story.actor.SummaryBook;
import dev.longtake.story.status.StorySummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes what stories' actors say into the catalog, on a thread that may wait. Of a story that says
 * more than is written only the newest waits, so at most a line for each open story does. What is
 * left when it is closed the stories say again when they are next read from the journal.
 */
public final class CatalogWriter implements SummaryBook, AutoCloseable {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private record Waiting(StoryCatalog.Line line, List<Runnable> onWritten) {

    private Waiting and(Waiting other) {
      List<Runnable> both = new ArrayList<>(onWritten);
      both.addAll(other.onWritten);
      return new Waiting(line.eventCount() < other.line.eventCount() ? other.line : line, both);
    }
  }

  /** The newest line of each story. */
  private static final class Newest implements WriteBehind.Backlog<Waiting> {

    private final LinkedHashMap<String, Waiting> byStory = new LinkedHashMap<>();

    @Override
    public void add(Waiting newest) {
      byStory.merge(newest.line().story().storyId(), newest, Waiting::and);
    }

    @Override
    public Optional<Waiting> poll() {
      return Optional.ofNullable(byStory.pollFirstEntry()).map(Map.Entry::getValue);
    }

    @Override
    public void putBack(List<Waiting> oldest) {
      oldest.forEach(this::add);
    }
  }

  private final WriteBehind<Waiting> writer;

  /** Writes into this catalog until it is closed. */
  public CatalogWriter(StoryCatalog catalog) {
    this.writer =
        new WriteBehind<>(
            "catalog-writer", CLOSE_TIMEOUT, new Newest(), lines -> write(catalog, lines));
  }

  private static void write(StoryCatalog catalog, List<Waiting> lines) {
    catalog.update(lines.stream().map(Waiting::line).toList());
    lines.forEach(line -> line.onWritten().forEach(Runnable::run));
  }

  @Override
  public void note(StorySummary line, long eventCount, Runnable onWritten) {
    writer.add(List.of(new Waiting(new StoryCatalog.Line(line, eventCount), List.of(onWritten))));
  }

  /** Writes what waits, if the database answers, and ends. */
  @Override
  public void close() {
    writer.close();
  }
}
