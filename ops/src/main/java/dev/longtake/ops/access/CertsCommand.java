package dev.longtake.ops.access;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.security.PeerRole;
import dev.longtake.security.issue.Authority;
import dev.longtake.security.issue.FarmCertificates;
import dev.longtake.security.issue.FarmCertificates.Made;
import dev.longtake.story.status.TenantScope;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "certs",
    description =
        "Makes a farm's own authority and certificates, for farms that have nobody to issue them:"
            + " the folders coordinator, worker and client for --tls, and authority, whose key is"
            + " needed only to issue more and is best kept elsewhere. Nothing that is there is"
            + " written over.",
    mixinStandardHelpOptions = true)
public final class CertsCommand implements Callable<Integer> {

  private static final int DAYS_MAX = 3650;
  private static final Pattern FOLDER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9*][A-Za-z0-9._:*-]{0,252}");

  @Parameters(paramLabel = "DIR", description = "Where the folders are, or are to be.")
  private Path folder;

  @Option(
      names = "--host",
      paramLabel = "NAME",
      split = ",",
      description = {
        "A name or address that coordinators are reached by, besides localhost, 127.0.0.1 and ::1;",
        "several with commas between them; *.farm.example for all of one domain."
      })
  private List<String> hosts = new ArrayList<>();

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "365",
      description = "How long certificates count; the authority five times as long. Default: 365.")
  private int days;

  @Option(
      names = "--add",
      paramLabel = "ROLE:FOLDER",
      description = {
        "One more certificate of the authority that is there: coordinator, worker or client, and",
        "the folder to make, e.g. worker:gpu-7. One for each machine can be revoked by itself."
      })
  private @Nullable String add;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = {
        "With --add worker:FOLDER: a worker that gets, reads and writes work of this tenant alone.",
        "Default: of all tenants."
      })
  private @Nullable String tenant;

  private final Console console;
  private final InstantSource clock;

  public CertsCommand(Console console, InstantSource clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    check();
    var certificates = new FarmCertificates(folder, new SecureRandom());
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Duration validity = Duration.ofDays(days);
    List<Made> made =
        add == null
            ? certificates.create(hosts, now, validity)
            : List.of(one(certificates, add, now, validity));
    for (Made each : made) {
      console.print(
          "%s: a %s's, serial %s, until %s"
              .formatted(
                  each.folder(),
                  each.role().label(),
                  each.certificate().getSerialNumber().toString(16),
                  each.certificate().getNotAfter().toInstant()));
    }
    if (add == null) {
      console.tell(
          "keep %s apart: who has its key can be anybody in this farm"
              .formatted(folder.resolve(FarmCertificates.AUTHORITY)));
    }
    return ExitCode.OK;
  }

  private Made one(FarmCertificates certificates, String wish, Instant now, Duration validity) {
    Matcher form = Pattern.compile("([a-z]+):(.*)").matcher(wish);
    if (form.matches() && FOLDER.matcher(form.group(2)).matches()) {
      for (PeerRole role : PeerRole.values()) {
        if (role.label().equals(form.group(1))) {
          var holder = new Authority.Holder(role, form.group(2), hosts, scope(role));
          return certificates.add(holder, now, validity);
        }
      }
    }
    throw invalid(
        "--add: expected coordinator, worker or client, a colon and a folder's name, found \"%s\""
            .formatted(wish));
  }

  private TenantScope scope(PeerRole role) {
    if (tenant == null) {
      return TenantScope.ALL;
    }
    if (role != PeerRole.WORKER) {
      throw invalid("--tenant: expected it for a worker alone, found a " + role.label());
    }
    if (!TenantScope.isTenant(tenant)) {
      throw invalid(
          "--tenant: expected 1 to 63 of a-z, 0-9, '.', '_' and '-', found \"%s\""
              .formatted(tenant));
    }
    return new TenantScope(tenant);
  }

  private void check() {
    if (tenant != null && add == null) {
      throw invalid("--tenant: expected it with --add worker:FOLDER, found it alone");
    }
    if (days < 1 || days > DAYS_MAX) {
      throw invalid("--days: expected 1 to %d, found %d".formatted(DAYS_MAX, days));
    }
    for (String host : hosts) {
      if (!HOST.matcher(host).matches() || !Authority.isHost(host)) {
        throw invalid(
            "--host: expected a name or an address without a port, found \"%s\"".formatted(host));
      }
    }
  }

  private static LongtakeException invalid(String message) {
    return new LongtakeException(ErrorCode.CONFIGURATION_INVALID, message);
  }
}
