package dev.longtake.coordinator.catalog;

import dev.longtake.story.status.StoryFilter;
import dev.longtake.story.status.StoryState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the newest stories of one state, or of all, that come after those of the page before. */
final class PageQuery {

  private final StringBuilder conditions = new StringBuilder();
  private final List<Object> values = new ArrayList<>();
  private final int rowsMax;

  /**
   * The query.
   *
   * @param state null for any; those of the filter are not looked at
   */
  PageQuery(StoryFilter filter, @Nullable StoryState state, PageToken after, int rowsMax) {
    this.rowsMax = rowsMax;
    if (state != null) {
      add("state = ?", state.name());
    }
    filter.scope().only().ifPresent(tenant -> add("tenant = ?", tenant));
    // In this form and not as a comparison of pairs, which H2 does not look up in its index.
    add("submit_time <= ?", Rows.time(after.submitTime()));
    add("(submit_time < ? OR sequence < ?)", Rows.time(after.submitTime()), after.sequence());
    filter.since().ifPresent(since -> add("submit_time >= ?", Rows.time(since)));
    filter.before().ifPresent(before -> add("submit_time < ?", Rows.time(before)));
    if (!filter.namePrefix().isEmpty()) {
      String first = Rows.key(filter.namePrefix());
      add("name_key >= ?", first);
      Rows.firstBehind(first).ifPresent(end -> add("name_key < ?", end));
    }
  }

  private void add(String condition, Object... itsValues) {
    conditions.append(conditions.isEmpty() ? " WHERE " : " AND ").append(condition);
    values.addAll(List.of(itsValues));
  }

  List<Rows.Numbered> run(Connection connection) throws SQLException {
    String order = " ORDER BY submit_time DESC, sequence DESC LIMIT ?";
    try (PreparedStatement query = connection.prepareStatement(Rows.SELECT + conditions + order)) {
      for (int i = 0; i < values.size(); i++) {
        query.setObject(i + 1, values.get(i));
      }
      query.setInt(values.size() + 1, rowsMax);
      try (ResultSet rows = query.executeQuery()) {
        List<Rows.Numbered> found = new ArrayList<>();
        while (rows.next()) {
          found.add(Rows.numbered(rows));
        }
        return found;
      }
    }
  }
}
