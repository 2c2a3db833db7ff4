package dev.longtake.coordinator.journal;

import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.database.Dialect;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.persistence.jdbc.db.SlickDatabase;
import org.apache.pekko.persistence.jdbc.db.SlickDatabaseProvider;
import scala.Option;
import slick.jdbc.H2Profile$;
import slick.jdbc.JdbcBackend$;
import slick.jdbc.JdbcBackend.JdbcDatabaseDef;
import slick.jdbc.JdbcProfile;
import slick.jdbc.PostgresProfile$;
import slick.util.AsyncExecutor$;

/**
 * Lends the journal the connections of a {@link Database}, so that nothing about it, its password
 * least of all, has to stand in the actor system's configuration. Named in {@code pekko.conf}.
 */
public final class JournalConnections implements SlickDatabaseProvider {

  private static final int QUEUE_SIZE = 10_000;

  private final SlickDatabase lent;

  /** Which database an actor system's journal is in. */
  static final class In extends Setup {
    private final Database database;

    In(Database database) {
      this.database = database;
    }
  }

  /** One executor for all of the journal; its owner closes it, not the journal's parts. */
  private record Lent(JdbcDatabaseDef database, JdbcProfile profile) implements SlickDatabase {

    static Lent of(Database database) {
      int connections = Database.JOURNAL_CONNECTIONS;
      return new Lent(
          JdbcBackend$.MODULE$
              .Database()
              .forDataSource(
                  database.connections(),
                  Option.apply(connections),
                  AsyncExecutor$.MODULE$.apply(
                      "journal", connections, connections, QUEUE_SIZE, connections, false),
                  false),
          profile(database.dialect()));
    }

    private static JdbcProfile profile(Dialect dialect) {
      return switch (dialect) {
        case H2 -> H2Profile$.MODULE$;
        case POSTGRESQL -> PostgresProfile$.MODULE$;
      };
    }

    @Override
    public boolean allowShutdown() {
      return false;
    }
  }

  /** Called by the journal. */
  public JournalConnections(ActorSystem system) {
    In in = system.settings().setup().get(In.class).orElseThrow();
    lent = Lent.of(in.database);
    system.registerOnTermination(() -> lent.database().close());
  }

  @Override
  public SlickDatabase database(com.typesafe.config.Config config) {
    return lent;
  }
}
