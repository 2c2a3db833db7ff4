package dev.longtake.ops.logs;

import dev.longtake.client.FarmClient;
import dev.longtake.client.LogClient;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.LogPage;
import dev.longtake.lease.LogQuery;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.json.JsonLine;
import dev.longtake.ops.json.LineJson;
import dev.longtake.ops.option.CoordinatorOption;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "logs",
    description = {
      "Prints what workers and coordinators have said of a story, or about a worker: who held what,"
          + " what became of it, and why."
    },
    mixinStandardHelpOptions = true)
public final class LogsCommand implements Callable<Integer> {

  private static final String STORY_PREFIX = "story-";
  private static final int PAGE_SIZE = 1000;
  private static final long PAUSE_MILLIS = 1000;

  @Parameters(paramLabel = "STORY|WORKER", description = "A story's id, or a worker's.")
  private String id;

  @Option(names = "--shot", paramLabel = "ID", description = "What is about this shot only.")
  private String shot = "";

  @Option(
      names = "--chunk",
      paramLabel = "N",
      description = "What is about this chunk of the shot only, counted from 0.")
  private @Nullable Integer chunk;

  @Option(
      names = "--follow",
      description = "Go on with what is said from now on; of a story until it has ended.")
  private boolean follow;

  @Option(names = "--json", description = "Print each line as one JSON object.")
  private boolean json;

  @Mixin private CoordinatorOption coordinator;

  private final Console console;

  public LogsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    OptionalInt ofChunk = chunk == null ? OptionalInt.empty() : OptionalInt.of(chunk);
    if (ofChunk.isPresent() && (shot.isEmpty() || ofChunk.getAsInt() < 0)) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "--chunk: expected a number from 0, and --shot with the shot that it is of, found %d%s"
              .formatted(ofChunk.getAsInt(), shot.isEmpty() ? " alone" : ""));
    }
    try (LogClient logs = coordinator.connectToLogs()) {
      boolean isStory = isStory(logs);
      var query = new LogQuery(isStory ? id : "", isStory ? "" : id, shot, ofChunk, 0, PAGE_SIZE);
      if (follow) {
        follow(logs, query);
      } else {
        print(logs, query, new Unseen());
      }
    }
    return ExitCode.OK;
  }

  /**
   * What no story has as its id is taken for a worker's, which need not be there any more; unless
   * it looks like a story's, because nothing would ever be said about a worker of that name.
   */
  private boolean isStory(LogClient logs) {
    try {
      logs.lines(new LogQuery(id, "", "", OptionalInt.empty(), 0, 1));
      return true;
    } catch (LongtakeException e) {
      if (e.code() != ErrorCode.NOT_FOUND || id.startsWith(STORY_PREFIX)) {
        throw e;
      }
      return false;
    }
  }

  private void follow(LogClient logs, LogQuery query) throws InterruptedException {
    var unseen = new Unseen();
    CountDownLatch never = new CountDownLatch(1);
    try (FarmClient farm = coordinator.connect()) {
      boolean isOver = false;
      for (LogQuery next = query; ; ) {
        // Asked before the lines are: what is said last is among them.
        boolean hasEnded =
            !query.storyId().isEmpty() && farm.get(query.storyId()).state().isEnded();
        next = print(logs, next, unseen);
        if (hasEnded && isOver) {
          return; // The workers' last lines come a moment after the end.
        }
        isOver = hasEnded;
        boolean _ = never.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
  }

  /**
   * Prints all that is there.
   *
   * @return the question for what comes later
   */
  private LogQuery print(LogClient logs, LogQuery query, Unseen unseen) {
    LogQuery next = query;
    boolean isMore = true;
    while (isMore) {
      LogPage page = logs.lines(next);
      unseen.of(page).forEach(kept -> print(kept));
      next = next.after(page);
      isMore = page.isMore();
    }
    return next;
  }

  private void print(LogPage.Kept kept) {
    console.print(json ? JsonLine.of(LineJson.of(kept.line())) : LineText.of(kept.line()));
  }
}
