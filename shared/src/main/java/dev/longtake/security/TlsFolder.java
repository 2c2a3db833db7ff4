package dev.longtake.security;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A folder with what one program needs to be known and to know others.
 *
 * @param path the folder
 */
public record TlsFolder(Path path) {

  /** Certificates of those who issue the farm's; several while one follows another. */
  public static final String AUTHORITY = "authority.pem";

  /** The program's own certificate, and those between it and the authority's if there are any. */
  public static final String CERTIFICATE = "certificate.pem";

  /** The private key of that certificate. */
  public static final String KEY = "key.pem";

  /** Serial numbers that count no more, in hexadecimal, one a line; may be missing. */
  public static final String REVOKED = "revoked.txt";

  /** The same as the authority's own list (RFC 5280); may be missing. */
  public static final String REVOKED_LIST = "revoked.crl";

  private static final List<String> NEEDED = List.of(AUTHORITY, CERTIFICATE, KEY);
  private static final List<String> OPTIONAL = List.of(REVOKED, REVOKED_LIST);
  private static final long BYTES_MAX = 16 << 20;

  /** What is in the files now, by their names. */
  record Contents(Map<String, byte[]> files) {

    boolean isSame(Contents other) {
      return files.keySet().equals(other.files.keySet()) && isSame(other, files.keySet());
    }

    /** Whether at most the lists of what was revoked differ. */
    boolean isSameButForRevoked(Contents other) {
      return isSame(other, NEEDED);
    }

    private boolean isSame(Contents other, Collection<String> names) {
      return names.stream().allMatch(name -> Arrays.equals(file(name), other.file(name)));
    }

    byte[] file(String name) {
      return files.getOrDefault(name, new byte[0]);
    }
  }

  /**
   * Reads the files.
   *
   * @throws LongtakeException with {@link ErrorCode#CONFIGURATION_INVALID} if there is no such
   *     folder or a file is missing, {@link ErrorCode#FILE_UNUSABLE} if one cannot be read
   */
  Contents read() {
    if (!Files.isDirectory(path)) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "tls: expected a folder as longtake certs makes it, found none at " + path);
    }
    Map<String, byte[]> files = new HashMap<>();
    for (String name : NEEDED) {
      if (!Files.exists(path.resolve(name))) {
        throw new LongtakeException(
            ErrorCode.CONFIGURATION_INVALID,
            "tls: expected the files %s in %s, found no %s"
                .formatted(String.join(", ", NEEDED), path, name));
      }
      files.put(name, bytes(path.resolve(name)));
    }
    for (String name : OPTIONAL) {
      if (Files.exists(path.resolve(name))) {
        files.put(name, bytes(path.resolve(name)));
      }
    }
    return new Contents(files);
  }

  private static byte[] bytes(Path file) {
    try {
      long size = Files.size(file);
      if (size > BYTES_MAX) {
        throw new LongtakeException(
            ErrorCode.CONFIGURATION_INVALID,
            "%s: expected at most %d bytes, found %d".formatted(file, BYTES_MAX, size));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "%s: cannot be read: %s".formatted(file, e), e);
    }
  }

  String name(String file) {
    return path.resolve(file).toString();
  }
}
