package dev.longtake.coordinator;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What an operator reads: every line that is logged while it is open, as the programs show it. */
public final class LogLines implements AutoCloseable {

  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger ours = (Logger) LoggerFactory.getLogger("dev.longtake");
  private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          event.prepareForDeferredProcessing();
          events.add(event);
        }
      };

  /** Listens. */
  public LogLines() {
    appender.setContext(root.getLoggerContext());
    appender.start();
    ours.setLevel(Level.INFO);
    root.addAppender(appender);
  }

  /** Their text so far, without stack traces. */
  public List<String> texts() {
    return events.stream()
        .filter(LogLines::isShown)
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }

  /** Lines that come with a stack trace. */
  public List<String> traces() {
    return events.stream()
        .filter(LogLines::isShown)
        .filter(event -> event.getThrowableProxy() != null)
        .map(
            event ->
                event.getLoggerName()
                    + ": "
                    + event.getFormattedMessage()
                    + ": "
                    + event.getThrowableProxy().getClassName()
                    + ": "
                    + event.getThrowableProxy().getMessage())
        .toList();
  }

  /** As {@code LogSetup} of the programs has it. */
  private static boolean isShown(ILoggingEvent event) {
    Level least =
        event.getLoggerName().startsWith("dev.longtake")
            ? Level.INFO
            : event.getLoggerName().startsWith("com.hazelcast") ? Level.ERROR : Level.WARN;
    return event.getLevel().isGreaterOrEqual(least);
  }

  @Override
  public void close() {
    root.detachAppender(appender);
    ours.setLevel(null);
    appender.stop();
  }
}
