package dev.longtake.ops.access;

import dev.longtake.client.AccessClient;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.option.CoordinatorOption;
import dev.longtake.security.FarmToken;
import dev.longtake.security.Role;
import dev.longtake.security.TokenInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "tokens",
    description = {
      "Issues tokens for people and programs, lists them, takes them back. Needs the role admin,"
          + " or",
      "--tls with a coordinator's own folder."
    },
    mixinStandardHelpOptions = true)
public final class TokensCommand implements Callable<Integer> {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);
  private static final int DAYS_MAX = 3650;

  @Spec private CommandSpec spec;

  private final Console console;
  private final InstantSource clock;

  public TokensCommand(Console console, InstantSource clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "tokens: expected create, list or revoke, found nothing");
  }

  @Command(
      name = "create",
      description = "Issues a token and prints it: now, and never again.",
      mixinStandardHelpOptions = true)
  int create(
      @Mixin CoordinatorOption coordinator,
      @Parameters(paramLabel = "NAME", description = "Whose it is, e.g. rosie@studio.") String name,
      @Option(
              names = "--role",
              paramLabel = "ROLE",
              defaultValue = "artist",
              description = "viewer, artist, lead, operator or admin. Default: artist.")
          Role role,
      @Option(
              names = "--tenant",
              paramLabel = "NAME",
              defaultValue = "",
              description = {
                "The team whose work it is good for, or * for all of them. Default: that of the",
                "token with which you ask; where that is of all, of viewers, artists and leads the",
                "team default."
              })
          String tenant,
      @Option(
              names = "--days",
              paramLabel = "N",
              defaultValue = "90",
              description = "How long it counts. Default: 90.")
          int days,
      @Option(
              names = "--out",
              paramLabel = "FILE",
              description = "Write it into a new file that only you can read, and print nothing.")
          @Nullable Path out) {
    if (days < 1 || days > DAYS_MAX) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "--days: expected 1 to %d, found %d".formatted(DAYS_MAX, days));
    }
    try (AccessClient farm = coordinator.connectForAccess()) {
      AccessClient.Issued issued = farm.create(name, role, tenant, Duration.ofDays(days));
      if (out == null) {
        console.print(issued.token().secret());
      } else {
        write(out, issued.token());
      }
      console.tell(
          "token %s of %s, %s of %s, until %s"
              .formatted(
                  issued.info().id(),
                  issued.info().name(),
                  role.word(),
                  issued.info().scope().word(),
                  time(issued.info().expires())));
    }
    return ExitCode.OK;
  }

  @Command(
      name = "list",
      description = "Lists all tokens, without their secrets, the newest first.",
      mixinStandardHelpOptions = true)
  int list(@Mixin CoordinatorOption coordinator) {
    List<TokenInfo> tokens;
    try (AccessClient farm = coordinator.connectForAccess()) {
      tokens = farm.list();
    }
    String row = "%-12s  %-8s  %-16s  %-16s  %-16s  %-8s  %s";
    console.print(row.formatted("ID", "ROLE", "TENANT", "CREATED", "UNTIL", "STATE", "NAME"));
    for (TokenInfo token : tokens) {
      console.print(
          row.formatted(
              token.id(),
              token.role().word(),
              token.scope().word(),
              time(token.created()),
              time(token.expires()),
              state(token),
              token.name()));
    }
    return ExitCode.OK;
  }

  @Command(
      name = "revoke",
      description = "Takes a token back: within seconds it counts nowhere.",
      mixinStandardHelpOptions = true)
  int revoke(
      @Mixin CoordinatorOption coordinator,
      @Parameters(paramLabel = "ID", description = "As longtake tokens list shows it.") String id) {
    try (AccessClient farm = coordinator.connectForAccess()) {
      TokenInfo token = farm.revoke(id);
      console.print("%s of %s counts no more".formatted(token.id(), token.name()));
    }
    return ExitCode.OK;
  }

  private String state(TokenInfo token) {
    if (token.revoked().isPresent()) {
      return "revoked";
    }
    return clock.instant().isBefore(token.expires()) ? "counts" : "ended";
  }

  private static String time(Instant instant) {
    return TIME.format(instant.atZone(ZoneId.systemDefault()));
  }

  private static void write(Path file, FarmToken token) {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, token.secret() + "\n", StandardCharsets.UTF_8);
    } catch (FileAlreadyExistsException e) {
      throw new LongtakeException(
          ErrorCode.ALREADY_EXISTS, file + ": expected no such file, found one", e);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "%s: cannot be written: %s".formatted(file, e), e);
    }
  }
}
