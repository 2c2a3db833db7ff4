package dev.longtake.coordinator.catalog;

import dev.longtake.coordinator.database.Database;
import dev.longtake.story.status.TenantScope;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;

/** Which stories have not ended. */
final class OpenStories {

  private static final String OPEN = "SELECT story_id FROM stories WHERE state IN (?, ?)";
  private static final String OLDEST_FIRST = " ORDER BY sequence";

  private OpenStories() {}

  static List<String> read(Database database, TenantScope scope) {
    String sql = OPEN + (scope.isAll() ? "" : " AND tenant = ?") + OLDEST_FIRST;
    return database.call(
        connection -> {
          try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, "PENDING");
            query.setString(2, "RUNNING");
            if (!scope.isAll()) {
              query.setString(3, scope.word());
            }
            List<String> open = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
              while (rows.next()) {
                open.add(rows.getString(1));
              }
            }
            return open;
          }
        });
  }
}
