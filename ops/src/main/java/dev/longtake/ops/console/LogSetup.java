package dev.longtake.ops.console;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * Where log lines go: nowhere, until a command says so; then to a file, or to standard error. Set
 * up in code, because reading a configuration file would make every start slower.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {

  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX,UTC} %-5level [%thread] %logger{24} %msg%n";

  private static final String FILE = "longtake.log.file";
  private static final String FORMAT = "longtake.log.format";
  private static final String CONSOLE = "-";

  /** Found by logback, see {@code META-INF/services}. */
  public LogSetup() {}

  /** Sends log lines to the end of a file. To be called before anything logs. */
  public static void toFile(Path file) {
    System.setProperty(FILE, file.toString());
  }

  /** Sends log lines to standard error, for people. To be called before anything logs. */
  public static void toStandardError() {
    toStandardError(LogFormat.TEXT);
  }

  /** Sends log lines to standard error. To be called before anything logs. */
  public static void toStandardError(LogFormat format) {
    System.setProperty(FORMAT, format.word());
    System.setProperty(FILE, CONSOLE);
  }

  /**
   * Logs nothing more. What is left to be said follows from the failure that was logged last, and
   * the process ends.
   */
  public static void end() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logs) {
      logs.getLoggerList().forEach(logger -> logger.setLevel(Level.OFF));
    }
  }

  @Override
  public ExecutionStatus configure(LoggerContext logs) {
    String file = System.getProperty(FILE, "");
    if (file.isEmpty()) {
      logs.getLogger("ROOT").setLevel(Level.OFF);
      return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
    OutputStreamAppender<ILoggingEvent> appender =
        file.equals(CONSOLE) ? standardError() : to(file);
    Encoder<ILoggingEvent> encoder =
        System.getProperty(FORMAT, "").equals(LogFormat.JSON.word())
            ? new JsonLogEncoder()
            : forPeople();
    encoder.setContext(logs);
    encoder.start();
    appender.setContext(logs);
    appender.setEncoder(encoder);
    appender.start();
    logs.getLogger("ROOT").setLevel(Level.WARN);
    logs.getLogger("dev.longtake").setLevel(Level.INFO);
    // Looks for a GPU of its own when it only tokenises, and warns that there is none.
    logs.getLogger("ai.djl").setLevel(Level.ERROR);
    // It complains on every single-member start that it has no disk persistence and no other
    // member.
    logs.getLogger("com.hazelcast").setLevel(Level.ERROR);
    logs.getLogger("ROOT").addAppender(appender);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static Encoder<ILoggingEvent> forPeople() {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setPattern(PATTERN);
    return encoder;
  }

  private static OutputStreamAppender<ILoggingEvent> standardError() {
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setTarget("System.err");
    return appender;
  }

  private static OutputStreamAppender<ILoggingEvent> to(String file) {
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setFile(file);
    return appender;
  }
}
