package dev.longtake.coordinator.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.story.status.Count;
import dev.longtake.story.status.StoryFilter;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StorySummary;
import dev.longtake.story.status.TenantScope;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lines on their way into the catalog. */
@Timeout(60)
class CatalogWriterTest {

  /** Fails as often as it is told to, and waits until it may go on. */
  private static final class SlowCatalog implements StoryCatalog {
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch mayGoOn = new CountDownLatch(1);
    final AtomicInteger failures = new AtomicInteger();
    final AtomicInteger calls = new AtomicInteger();
    final List<String> written = new CopyOnWriteArrayList<>();

    @Override
    public void update(List<Line> lines) {
      entered.countDown();
      try {
        mayGoOn.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (failures.getAndDecrement() > 0) {
        throw new LongtakeException(ErrorCode.UNAVAILABLE, "away");
      }
      for (Line line : lines) {
        written.add(line.story().storyId() + " " + line.eventCount());
      }
      calls.incrementAndGet();
    }

    @Override
    public Registered register(NewStory story) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean keep(String storyId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void requireRoom() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<String> tenantOf(String storyId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<StorySummary> find(String storyId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Page page(StoryFilter filter, int pageSize, String pageToken) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<String> open(TenantScope scope) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void forgetAbandoned() {
      throw new UnsupportedOperationException();
    }
  }

  private final SlowCatalog catalog = new SlowCatalog();

  private static StorySummary line(String storyId) {
    return new StorySummary(
        storyId, "rosie", StoryState.RUNNING, Instant.EPOCH, Optional.empty(), 33, new Count(0, 2));
  }

  @Test
  void lines_ofOneStoryThatWait_areTheNewest() throws Exception {
    AtomicInteger told = new AtomicInteger();
    try (var writer = new CatalogWriter(catalog)) {
      writer.note(line("a"), 1, told::incrementAndGet);
      catalog.entered.await();

      writer.note(line("a"), 3, told::incrementAndGet);
      writer.note(line("a"), 2, told::incrementAndGet);
      writer.note(line("b"), 1, told::incrementAndGet);
      catalog.mayGoOn.countDown();
    }

    assertThat(catalog.written).containsExactly("a 1", "a 3", "b 1");
    assertThat(catalog.calls).as("what waits is written together").hasValue(2);
    assertThat(told).hasValue(4);
  }

  @Test
  void line_thatFails_isWrittenWhenTheDatabaseIsBack() throws Exception {
    CountDownLatch written = new CountDownLatch(1);
    catalog.failures.set(2);
    try (var writer = new CatalogWriter(catalog)) {
      writer.note(line("a"), 1, written::countDown);
      catalog.mayGoOn.countDown();

      written.await();
    }

    assertThat(catalog.written).containsExactly("a 1");
  }
}
