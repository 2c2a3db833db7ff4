package dev.longtake.loadtest.faults;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Workers of a farm, processes of this one, each with links of its own to all coordinators. */
final class Workers implements AutoCloseable {

  /** One of them. */
  final class Member {
    private final String id;
    private final List<Link> links = new ArrayList<>();
    private final Map<String, String> environment;
    private Process process;

    private Member(String id, Map<String, String> environment) {
      this.id = id;
      this.environment = environment;
      farm.coordinators().forEach(coordinator -> links.add(new Link(coordinator.port())));
      this.process = launch();
    }

    private Process launch() {
      Path settings = folder.resolve(id + ".conf");
      String text =
          """
          id = "%s"
          coordinator.addresses = "%s"
          engine.threads = 1
          link.reconnect-max = 2s
          """
              .formatted(id, String.join(",", links.stream().map(Link::address).toList()));
      try {
        Files.writeString(settings, text);
      } catch (IOException e) {
        throw new LongtakeException(ErrorCode.FILE_UNUSABLE, settings + ": " + e, e);
      }
      return Machine.start(
          folder.resolve(id + ".log"),
          environment,
          farm.program("longtake"),
          "worker",
          "--config",
          settings.toString());
    }

    List<Link> links() {
      return links;
    }

    long pid() {
      return process.pid();
    }

    /** Starts it again, if it has ended. */
    void revive() {
      if (!process.isAlive()) {
        process = launch();
      }
    }

    /** Ends it at once. */
    void kill() {
      process.destroyForcibly();
      process.onExit().join();
    }
  }

  private final Farm farm;
  private final Path folder;
  private final List<Member> members = new CopyOnWriteArrayList<>();
  private final Thread hook = new Thread(() -> members.forEach(it -> it.process.destroyForcibly()));

  /** None yet; settings and logs are written into this folder. */
  Workers(Farm farm, Path folder) {
    this.farm = farm;
    this.folder = folder;
    Runtime.getRuntime().addShutdownHook(hook); // Ctrl-C leaves none.
  }

  /** One more. */
  Member add(String id, Map<String, String> environment) {
    Member member = new Member(id, environment);
    members.add(member);
    return member;
  }

  Member get(int index) {
    return members.get(Math.floorMod(index, members.size()));
  }

  /** Starts those that have ended, and mends all links. */
  void mend() {
    for (Member member : members) {
      member.links().forEach(link -> link.become(Link.State.WHOLE));
      member.revive();
    }
  }

  /** Ends one that is wanted no more. */
  void remove(Member member) {
    members.remove(member);
    member.kill();
    member.links().forEach(Link::close);
  }

  @Override
  public void close() {
    List.copyOf(members).forEach(this::remove);
  }
}
