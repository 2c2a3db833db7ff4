package dev.longtake.loadtest.faults;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.loadtest.faults.history.Happening;
import dev.longtake.loadtest.faults.history.Happening.Ended;
import dev.longtake.loadtest.faults.history.Happening.Finished;
import dev.longtake.loadtest.faults.history.Happening.Leased;
import dev.longtake.loadtest.faults.history.Happening.Other;
import dev.longtake.loadtest.faults.history.Happening.Released;
import dev.longtake.plan.ModelCard;
import dev.longtake.postgres.LocalPostgres;
import dev.longtake.wire.ModelWire;
import dev.longtake.wire.v1.StoryEvent;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** What the farm's database holds of a story. */
final class JournalRows {

  private static final String KIND_PREFIX = "WORK_KIND_";

  private final Farm farm;

  JournalRows(Farm farm) {
    this.farm = farm;
  }

  /** A row as it was written. */
  private record Row(long at, long number, StoryEvent event) {}

  /** All rows, in order. */
  List<Happening> of(String storyId) {
    return read(storyId).stream().map(JournalRows::happening).toList();
  }

  /** Model and engine class that the story is pinned to. */
  Optional<Pin> pin(String storyId) {
    return read(storyId).stream()
        .filter(row -> row.event().hasPlanned())
        .map(
            row ->
                new Pin(
                    ModelWire.fromProto(row.event().getPlanned().getModel()),
                    row.event().getPlanned().getEngineClass()))
        .reduce((first, second) -> second);
  }

  /** What may render a story. */
  record Pin(ModelCard model, String engineClass) {}

  private List<Row> read(String storyId) {
    var access = new Properties();
    access.setProperty("user", LocalPostgres.USER);
    access.setProperty("password", farm.postgresPassword());
    String url =
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(farm.postgresPort(), LocalPostgres.DATABASE);
    try (Connection connection = DriverManager.getConnection(url, access);
        PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT write_timestamp, sequence_number, event_payload FROM event_journal
                WHERE persistence_id = ? ORDER BY sequence_number
                """)) {
      select.setString(1, "story|" + storyId);
      List<Row> rows = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          rows.add(
              new Row(found.getLong(1), found.getLong(2), StoryEvent.parseFrom(found.getBytes(3))));
        }
      }
      return rows;
    } catch (SQLException | InvalidProtocolBufferException e) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "the journal cannot be read: " + e.getMessage(), e);
    }
  }

  private static Happening happening(Row row) {
    StoryEvent event = row.event();
    long at = row.at();
    long number = row.number();
    if (event.hasWorkLeased()) {
      StoryEvent.WorkLeased leased = event.getWorkLeased();
      return new Leased(
          at,
          number,
          leased.getShotIndex(),
          kind(leased.getKind()),
          leased.getGrantsList().stream()
              .map(grant -> grant.getIndex() + " " + grant.getWorker().getWorkerId())
              .toList());
    }
    if (event.hasWorkDone()) {
      StoryEvent.WorkDone done = event.getWorkDone();
      return new Finished(
          at,
          number,
          done.getShotIndex(),
          kind(done.getKind()),
          done.getIndex(),
          done.getAttempt(),
          "");
    }
    if (event.hasWorkFailed()) {
      StoryEvent.WorkFailed failed = event.getWorkFailed();
      return new Finished(
          at,
          number,
          failed.getShotIndex(),
          kind(failed.getKind()),
          failed.getIndex(),
          failed.getAttempt(),
          failed.getErrorCode());
    }
    if (event.hasWorkReleased()) {
      StoryEvent.WorkReleased released = event.getWorkReleased();
      return new Released(
          at, number, released.getShotIndex(), kind(released.getKind()), released.getIndexesList());
    }
    return end(event)
        .<Happening>map(state -> new Ended(at, number, state))
        .orElseGet(() -> new Other(at, number, event.getKindCase().name()));
  }

  /** How the story stands after it, if it is about that. */
  private static Optional<String> end(StoryEvent event) {
    if (event.hasFilmAssembled()) {
      return Optional.of("SUCCEEDED");
    }
    if (event.hasRetried()) {
      return Optional.of("open");
    }
    return event.hasFailed() || event.hasCancelled()
        ? Optional.of(event.getKindCase().name())
        : Optional.empty();
  }

  private static String kind(StoryEvent.WorkKind kind) {
    return kind.name().substring(KIND_PREFIX.length());
  }
}
