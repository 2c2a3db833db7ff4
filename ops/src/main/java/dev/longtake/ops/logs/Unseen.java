package dev.longtake.ops.logs;

import dev.longtake.lease.LogPage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tells lines that come again, because they were kept a moment before, from new ones. */
final class Unseen {

  private final Set<Long> seen = new HashSet<>();

  /** Those of the page that were not there before. */
  List<LogPage.Kept> of(LogPage page) {
    List<LogPage.Kept> unseen =
        page.lines().stream().filter(kept -> !seen.contains(kept.id())).toList();
    unseen.forEach(kept -> seen.add(kept.id()));
    seen.removeIf(id -> id <= page.next());
    return unseen;
  }
}
