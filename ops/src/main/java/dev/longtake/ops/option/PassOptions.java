package dev.longtake.ops.option;

import dev.longtake.client.Pass;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.security.FarmToken;
import dev.longtake.security.TlsIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What a client shows to be let in. A token is never an argument: those are read by everybody on
 * the machine.
 */
final class PassOptions {

  /** Beside the certificate, where a person has one of each. */
  private static final String TOKEN_FILE = "token";

  private static final String TOKEN_VARIABLE = "LONGTAKE_TOKEN";
  private static final long TOKEN_BYTES_MAX = 1000;

  @Mixin private TlsOption tls;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = {
        "A file with your token of longtake tokens create.",
        "Default: the token in LONGTAKE_TOKEN, else the file token in the folder of --tls."
      })
  private @Nullable Path tokenFile;

  /**
   * What was given.
   *
   * @throws LongtakeException with {@link ErrorCode#CONFIGURATION_INVALID} or {@link
   *     ErrorCode#FILE_UNUSABLE} if it cannot be used
   */
  Pass pass() {
    Optional<TlsIdentity> identity =
        Optional.ofNullable(tls.given())
            .map(it -> TlsIdentity.openForClient(it, InstantSource.system()));
    return new Pass(identity, token());
  }

  private Optional<FarmToken> token() {
    String variable = System.getenv(TOKEN_VARIABLE);
    if (tokenFile != null) {
      return Optional.of(read(tokenFile));
    }
    if (variable != null && !variable.isBlank()) {
      return Optional.of(FarmToken.read(TOKEN_VARIABLE, variable));
    }
    return Optional.ofNullable(tls.given())
        .map(folder -> folder.resolve(TOKEN_FILE))
        .filter(Files::isRegularFile)
        .map(PassOptions::read);
  }

  private static FarmToken read(Path file) {
    try {
      if (Files.size(file) > TOKEN_BYTES_MAX) {
        throw new LongtakeException(
            ErrorCode.CONFIGURATION_INVALID, file + ": expected a token, found a larger file");
      }
      return FarmToken.read(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "%s: cannot be read: %s".formatted(file, e), e);
    }
  }
}
