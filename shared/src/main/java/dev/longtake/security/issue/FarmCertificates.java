package dev.longtake.security.issue;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.security.PeerRole;
import dev.longtake.security.Pem;
import dev.longtake.security.TlsFolder;
import dev.longtake.security.issue.Authority.Holder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A farm's authority and what it issued, as folders beside each other: {@code authority}, whose key
 * stays where it is, and one for each kind of program, which is copied to where the program runs.
 * Nothing that is there is ever written over.
 */
public final class FarmCertificates {

  /** Where the authority's own key is. */
  public static final String AUTHORITY = "authority";

  /** By these a coordinator is always reached on its own machine. */
  public static final List<String> OWN_NAMES = List.of("localhost", "127.0.0.1", "::1");

  /** The authority outlives what it issues, so that one follows the other without haste. */
  private static final int AUTHORITY_LIVES_LONGER = 5;

  private static final FileAttribute<Set<PosixFilePermission>> FOR_OWNER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> FOLDER_FOR_OWNER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path root;
  private final SecureRandom random;

  /**
   * Those of a farm, whether there are any or not.
   *
   * @param root where the folders are, or are to be
   * @param random draws keys and serial numbers
   */
  public FarmCertificates(Path root, SecureRandom random) {
    this.root = root;
    this.random = random;
  }

  /**
   * A folder that was made.
   *
   * @param role what kind of program it is for
   * @param folder with everything that the program needs
   * @param certificate the program's own
   */
  public record Made(PeerRole role, Path folder, X509Certificate certificate) {}

  /** Whether there is an authority. */
  public boolean exists() {
    return Files.exists(root.resolve(AUTHORITY));
  }

  /**
   * Makes an authority and a folder for each kind of program.
   *
   * @param hosts names of coordinators besides {@link #OWN_NAMES}
   * @param now when they begin to count
   * @param validity of what it issues; its own is {@value #AUTHORITY_LIVES_LONGER} times as long
   * @throws LongtakeException with {@link ErrorCode#ALREADY_EXISTS} if one of the folders is there,
   *     before any is made, with {@link ErrorCode#FILE_UNUSABLE} if one cannot be written
   * @throws IllegalArgumentException if a host is none: see {@link Authority#isHost}
   */
  public List<Made> create(List<String> hosts, Instant now, Duration validity) {
    checkNew(AUTHORITY);
    for (PeerRole role : PeerRole.values()) {
      checkNew(role.label());
    }
    var authority =
        Authority.create(
            "authority " + Long.toHexString(random.nextLong()),
            now,
            validity.multipliedBy(AUTHORITY_LIVES_LONGER),
            random);
    Path folder = newFolder(AUTHORITY);
    write(folder.resolve(TlsFolder.CERTIFICATE), authority.own().certificatePem());
    write(folder.resolve(TlsFolder.KEY), authority.own().keyPem());
    List<Made> made = new ArrayList<>();
    for (PeerRole role : PeerRole.values()) {
      made.add(add(authority, new Holder(role, role.label(), hosts), now, validity));
    }
    return made;
  }

  /**
   * Issues one more certificate: for another machine, or in place of one that ends.
   *
   * @param wish what is to stand in it; its name is that of the folder too, and its hosts are those
   *     besides {@link #OWN_NAMES}
   * @param now when it begins to count
   * @param validity how long it counts
   * @throws LongtakeException with {@link ErrorCode#ALREADY_EXISTS} if that folder is there, with
   *     {@link ErrorCode#CONFIGURATION_INVALID} if there is no authority, with {@link
   *     ErrorCode#FILE_UNUSABLE} if files cannot be read or written
   * @throws IllegalArgumentException if a host is none: see {@link Authority#isHost}
   */
  public Made add(Holder wish, Instant now, Duration validity) {
    return add(authority(), wish, now, validity);
  }

  private Made add(Authority authority, Holder wish, Instant now, Duration validity) {
    List<String> reachedBy = new ArrayList<>();
    if (wish.role() == PeerRole.COORDINATOR) {
      reachedBy.addAll(OWN_NAMES);
      wish.hosts().stream().filter(host -> !OWN_NAMES.contains(host)).forEach(reachedBy::add);
    }
    checkNew(wish.name());
    Authority.Issued issued =
        authority.issue(
            new Holder(wish.role(), wish.name(), reachedBy, wish.scope()), now, validity);
    Path folder = newFolder(wish.name());
    write(folder.resolve(TlsFolder.AUTHORITY), authority.own().certificatePem());
    write(folder.resolve(TlsFolder.CERTIFICATE), issued.certificatePem());
    write(folder.resolve(TlsFolder.KEY), issued.keyPem());
    return new Made(wish.role(), folder, issued.certificate());
  }

  private Authority authority() {
    Path folder = root.resolve(AUTHORITY);
    Path certificate = folder.resolve(TlsFolder.CERTIFICATE);
    Path key = folder.resolve(TlsFolder.KEY);
    if (!Files.exists(certificate) || !Files.exists(key)) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "%s: expected the authority's certificate and key, found none".formatted(folder));
    }
    try {
      X509Certificate own =
          Pem.certificates(certificate.toString(), Files.readAllBytes(certificate)).getFirst();
      return new Authority(
          own, Pem.key(key.toString(), Files.readAllBytes(key), own.getPublicKey()), random);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "%s: cannot be read: %s".formatted(folder, e), e);
    }
  }

  private void checkNew(String name) {
    Path folder = root.resolve(name);
    if (Files.exists(folder)) {
      throw new LongtakeException(
          ErrorCode.ALREADY_EXISTS,
          "%s: expected no such folder, found one, and nothing is written over".formatted(folder));
    }
  }

  private Path newFolder(String name) {
    Path folder = root.resolve(name);
    try {
      Files.createDirectories(root);
      return Files.createDirectory(folder, FOLDER_FOR_OWNER);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "%s: cannot be made: %s".formatted(folder, e), e);
    }
  }

  /** Only its owner may read it, from the first byte on. */
  private static void write(Path file, String text) {
    try (var channel =
        Files.newByteChannel(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FOR_OWNER)) {
      var bytes = java.nio.ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "%s: cannot be written: %s".formatted(file, e), e);
    }
  }
}
