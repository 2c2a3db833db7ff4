package dev.longtake.ops.fuzz;

import com.google.common.base.Suppliers;
import dev.longtake.config.Configuration;
import dev.longtake.config.Overrides;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.audit.AuditLog;
import dev.longtake.error.ErrorCode;
import dev.longtake.security.FarmToken;
import dev.longtake.security.PeerRole;
import dev.longtake.security.TlsFolder;
import dev.longtake.security.TlsIdentity;
import dev.longtake.testing.TestCertificates;
import dev.longtake.worker.WorkerConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What an operator writes or copies, and what stands in files that a full disk has cut. */
final class SettingTargets {

  private static final Set<ErrorCode> REFUSALS = Set.of(ErrorCode.CONFIGURATION_INVALID);
  private static final long ALLOCATION_MAX = 64L << 20;

  /** Values that refer to one another are written out; an operator's own file may do so. */
  private static final long EXPANDED_MAX = 1L << 30;

  private SettingTargets() {}

  static List<FuzzTarget> in(Path folder) {
    return Stream.concat(
            Stream.of(
                configuration("coordinator-conf", () -> CoordinatorConfig.CONFIGURATION),
                configuration("worker-conf", () -> WorkerConfig.CONFIGURATION),
                token(),
                audit(folder)),
            Stream.of(
                    TlsFolder.AUTHORITY,
                    TlsFolder.CERTIFICATE,
                    TlsFolder.KEY,
                    TlsFolder.REVOKED,
                    TlsFolder.REVOKED_LIST)
                .map(file -> tls(folder, file)))
        .toList();
  }

  private static String text(byte[] input) {
    return new String(input, StandardCharsets.UTF_8);
  }

  private static FuzzTarget configuration(String name, Supplier<Configuration<?>> configuration) {
    return new FuzzTarget(
        name,
        input -> {
          var _ = configuration.get().parse(name, text(input), Overrides.NONE);
        },
        REFUSALS,
        EXPANDED_MAX,
        ByteChange.with(
            "include \"",
            "include file(\"/dev/null\")",
            "${",
            "}",
            "${?",
            "+=",
            "=",
            "1s",
            "1 GiB",
            "128K",
            "\"\"\"",
            "a.b.c=",
            "//",
            "host",
            "port=",
            "cluster {",
            "tls.folder=",
            "[",
            "]"),
        () ->
            List.of(
                Inputs.text(configuration.get().commentedDefaults().replaceAll("(?m)^ *#.*\n", "")),
                Inputs.text("port = 1\nhost = ${a}\na = ${host}\n")));
  }

  /** A file, a variable, or what a call shows. */
  private static FuzzTarget token() {
    return new FuzzTarget(
        "token",
        input -> {
          var _ = FarmToken.parse(text(input));
          var _ = FarmToken.read("token", text(input));
        },
        REFUSALS,
        ALLOCATION_MAX,
        ByteChange.with("lt_", "."),
        () ->
            List.of(
                Inputs.text("lt_0f3a9c21be47_"),
                Inputs.text(FarmToken.draw(new SecureRandom()).secret())));
  }

  private static FuzzTarget audit(Path root) {
    Path file = Inputs.folder(root.resolve("audit")).resolve("audit.jsonl");
    return new FuzzTarget(
        "audit",
        input -> {
          Inputs.write(file, input);
          var _ = AuditLog.open(file, InstantSource.system()).latest();
        },
        Set.of(),
        ALLOCATION_MAX,
        ByteChange.with("\"at\":", "\"from\":", "null\n", "{}\n", "[]\n"),
        () ->
            List.of(
                Inputs.text(
                    "{\"at\":1,\"from\":\"127.0.0.1\",\"action\":\"drain\",\"subject\":\"w\","
                        + "\"reason\":\"fans\",\"outcome\":\"done\"}\n")));
  }

  /** One file of a folder whose others are right. */
  private static FuzzTarget tls(Path root, String file) {
    Path farm = root.resolve("tls-" + file);
    Supplier<Path> made =
        Suppliers.memoize(() -> new TestCertificates(farm).of(PeerRole.COORDINATOR));
    return new FuzzTarget(
        "tls-" + file.replace('.', '-'),
        input -> {
          Path folder = made.get();
          Inputs.write(folder.resolve(file), input);
          var _ = TlsIdentity.open(folder, PeerRole.COORDINATOR, InstantSource.system());
        },
        REFUSALS,
        ALLOCATION_MAX,
        ByteChange.with(
            "-----BEGIN CERTIFICATE-----",
            "-----END CERTIFICATE-----",
            "-----BEGIN X509 CRL-----",
            "-----BEGIN PRIVATE KEY-----",
            "serial=",
            "0F:3A",
            "MII",
            "0\u0082",
            "=="),
        () -> tlsSeeds(farm, made.get(), file));
  }

  private static List<byte[]> tlsSeeds(Path farm, Path folder, String file) {
    return switch (file) {
      case TlsFolder.REVOKED -> List.of(Inputs.text("# sold\n0F3A\nserial=0f:3b # lost\n"));
      case TlsFolder.REVOKED_LIST ->
          List.of(Inputs.bytes(farm.resolve("authority/certificate.pem")));
      default -> List.of(Inputs.bytes(folder.resolve(file)));
    };
  }
}
