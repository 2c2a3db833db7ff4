package dev.longtake.coordinator.audit;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who changed what at this coordinator: a file with a line of JSON for each action, which is never
 * shortened, and the latest of them in memory. Safe for several threads.
 */
public final class AuditLog {

  private static final Logger log = LoggerFactory.getLogger(AuditLog.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHOWN_MAX = 200;

  /**
   * One action.
   *
   * @param at milliseconds since the epoch
   * @param from the address that asked for it
   * @param subject the story or worker
   * @param outcome {@code done}, or why not
   */
  public record Entry(
      long at, String from, String action, String subject, String reason, String outcome) {

    public Entry {
      requireNonNull(from, "from");
      requireNonNull(action, "action");
      requireNonNull(subject, "subject");
      requireNonNull(reason, "reason");
      requireNonNull(outcome, "outcome");
    }
  }

  /**
   * What somebody wants to change.
   *
   * @param from the address that asks for it
   * @param subject the story or worker
   * @param reason in the person's words; may be empty
   */
  public record Act(String from, String action, String subject, String reason) {}

  private final Path file;
  private final InstantSource clock;
  private final Deque<Entry> latest = new ArrayDeque<>();

  /** Whether the file may end within a line. */
  private boolean isCut;

  private AuditLog(Path file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
  }

  /**
   * Opens the log with what was written before.
   *
   * @throws LongtakeException with {@link ErrorCode#FILE_UNUSABLE} if it cannot be read
   */
  public static AuditLog open(Path file, InstantSource clock) {
    var audit = new AuditLog(file, clock);
    if (!Files.exists(file)) {
      return audit;
    }
    // Not Files.lines: a line that a full disk has cut in the middle of a letter would end the
    // start.
    try (var reader =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      last(reader).forEach(audit::recall);
      audit.isCut = true; // That cannot be told from here; an empty line does no harm.
      return audit;
    } catch (IOException e) {
      throw new LongtakeException(ErrorCode.FILE_UNUSABLE, file + " cannot be read: " + e, e);
    }
  }

  /** What is not shown is not understood either: the file is as long as the farm is old. */
  private static Deque<String> last(BufferedReader reader) throws IOException {
    Deque<String> last = new ArrayDeque<>();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.isEmpty()) {
        continue;
      }
      last.addLast(line);
      if (last.size() > SHOWN_MAX) {
        last.removeFirst();
      }
    }
    return last;
  }

  private void recall(String line) {
    try {
      Entry entry = JSON.readValue(line, Entry.class);
      if (entry == null) {
        log.warn("file={} a line is no action: {}", file, line);
        return;
      }
      remember(entry);
    } catch (JsonProcessingException e) { // The end of it, if the disk was full.
      log.warn("file={} a line is no action: {}", file, e.getOriginalMessage());
    }
  }

  private void remember(Entry entry) {
    latest.addFirst(entry);
    if (latest.size() > SHOWN_MAX) {
      latest.removeLast();
    }
  }

  /**
   * Does something and notes it, and if it was refused or failed, why.
   *
   * @throws RuntimeException as what is done does
   */
  public <T> T carryOut(Act act, Supplier<T> what) {
    try {
      T done = what.get();
      note(act, "done");
      return done;
    } catch (LongtakeException e) {
      note(act, String.valueOf(e.getMessage()));
      throw e;
    } catch (RuntimeException e) { // Its words are for the log: nobody chose them for a reader.
      note(act, "failed: " + e.getClass().getName());
      throw e;
    }
  }

  private void note(Act act, String outcome) {
    add(
        new Entry(
            clock.instant().toEpochMilli(),
            act.from(),
            act.action(),
            act.subject(),
            act.reason(),
            outcome));
  }

  /** Adds an action. */
  synchronized void add(Entry entry) {
    remember(entry);
    log.info(
        "audit action={} subject={} from={} reason=\"{}\" outcome=\"{}\"",
        entry.action(),
        entry.subject(),
        entry.from(),
        entry.reason(),
        entry.outcome());
    try {
      Files.writeString(
          file,
          (isCut ? "\n" : "") + JSON.writeValueAsString(entry) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      isCut = false;
    } catch (IOException e) {
      isCut = true;
      log.error("file={} cannot be written: {}", file, e.toString());
    }
  }

  /** The latest actions, the newest first. */
  public synchronized List<Entry> latest() {
    return List.copyOf(latest);
  }
}
