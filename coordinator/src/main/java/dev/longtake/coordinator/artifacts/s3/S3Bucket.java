package dev.longtake.coordinator.artifacts.s3;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/**
 * The calls on one bucket that are made here, in our types and with our failures. A checksum goes
 * with everything that is sent. Names are without the prefix; buffers have arrays. Safe for any
 * number of threads.
 */
final class S3Bucket implements AutoCloseable {

  private final S3Settings settings;
  private final S3Client patient;
  private final S3Client quick;
  private final S3Failures failures;

  S3Bucket(S3Settings settings) {
    S3Clients.Pair clients = S3Clients.open(settings);
    this.settings = settings;
    this.patient = clients.patient();
    this.quick = clients.quick();
    this.failures = new S3Failures(settings);
  }

  /** An upload in parts that has begun. */
  record Parts(String name, String id) {}

  /** A part that has arrived. */
  record Part(int number, String tag, String crc) {}

  /** Returns if the bucket can be read now. */
  void check() {
    make(
        () ->
            quick.listObjectsV2(
                list -> list.bucket(settings.bucket()).prefix(settings.prefix()).maxKeys(1)));
  }

  /** Bytes of an object, within seconds. */
  OptionalLong sizeSoon(String name) {
    return size(quick, name);
  }

  /** Bytes of an object. */
  OptionalLong size(String name) {
    return size(patient, name);
  }

  private OptionalLong size(S3Client client, String name) {
    return found(
            () ->
                client
                    .headObject(head -> head.bucket(settings.bucket()).key(key(name)))
                    .contentLength())
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  /** The object's bytes from {@code offset} on; aborts what is not read when it is closed. */
  Optional<InputStream> open(String name, long offset) {
    return found(
        () ->
            new AbortingStream(
                patient.getObject(
                    get ->
                        get.bucket(settings.bucket())
                            .key(key(name))
                            .range(offset == 0 ? null : "bytes=" + offset + "-"))));
  }

  /** Writes an object if there is none of this name: false if there is. */
  boolean create(String name, ByteBuffer content) {
    String crc = crc(content);
    return unlessTaken(
        () ->
            patient.putObject(
                put ->
                    put.bucket(settings.bucket())
                        .key(key(name))
                        .ifNoneMatch("*")
                        .checksumCRC32(crc),
                body(content)));
  }

  /** Writes an object, whatever there was. */
  void replace(String name, ByteBuffer content) {
    String crc = crc(content);
    make(
        () ->
            patient.putObject(
                put -> put.bucket(settings.bucket()).key(key(name)).checksumCRC32(crc),
                body(content)));
  }

  /** Removes an object, if it is there. */
  void remove(String name) {
    make(() -> patient.deleteObject(it -> it.bucket(settings.bucket()).key(key(name))));
  }

  /** Names of all objects that begin with this. */
  List<String> list(String prefix) {
    return make(
        () ->
            patient
                .listObjectsV2Paginator(it -> it.bucket(settings.bucket()).prefix(key(prefix)))
                .contents()
                .stream()
                .map(found -> found.key().substring(settings.prefix().length()))
                .toList());
  }

  Parts beginParts(String name) {
    return new Parts(
        name,
        make(() -> patient.createMultipartUpload(it -> it.bucket(settings.bucket()).key(key(name))))
            .uploadId());
  }

  Part sendPart(Parts upload, int number, ByteBuffer content) {
    String crc = crc(content);
    String tag =
        make(() ->
                patient.uploadPart(
                    part ->
                        part.bucket(settings.bucket())
                            .key(key(upload.name()))
                            .uploadId(upload.id())
                            .partNumber(number)
                            .checksumCRC32(crc),
                    body(content)))
            .eTag();
    return new Part(number, tag, crc);
  }

  /** Makes the object of its parts, if there is none of this name: false if there is. */
  boolean finishParts(Parts upload, List<Part> parts) {
    List<CompletedPart> all =
        parts.stream()
            .map(
                part ->
                    CompletedPart.builder()
                        .partNumber(part.number())
                        .eTag(part.tag())
                        .checksumCRC32(part.crc())
                        .build())
            .toList();
    return unlessTaken(
        () ->
            patient.completeMultipartUpload(
                complete ->
                    complete
                        .bucket(settings.bucket())
                        .key(key(upload.name()))
                        .uploadId(upload.id())
                        .ifNoneMatch("*")
                        .multipartUpload(it -> it.parts(all))));
  }

  /** Gives an upload up, within seconds. */
  void abortParts(Parts upload) {
    found(
        () ->
            quick.abortMultipartUpload(
                abort ->
                    abort.bucket(settings.bucket()).key(key(upload.name())).uploadId(upload.id())));
  }

  /** Uploads under a folder that began before {@code then} and have not ended. */
  List<Parts> unfinished(String folder, Instant then) {
    List<Parts> found = new ArrayList<>();
    @Nullable String keyMarker = null;
    @Nullable String idMarker = null;
    boolean hasMore = true;
    while (hasMore) {
      ListMultipartUploadsResponse page = list(key(folder), keyMarker, idMarker);
      for (MultipartUpload upload : page.uploads()) {
        if (upload.initiated().isBefore(then)) {
          found.add(
              new Parts(upload.key().substring(settings.prefix().length()), upload.uploadId()));
        }
      }
      keyMarker = page.nextKeyMarker();
      idMarker = page.nextUploadIdMarker();
      hasMore = Boolean.TRUE.equals(page.isTruncated()) && keyMarker != null;
    }
    return found;
  }

  private ListMultipartUploadsResponse list(
      String prefix, @Nullable String keyMarker, @Nullable String idMarker) {
    return make(
        () ->
            patient.listMultipartUploads(
                list ->
                    list.bucket(settings.bucket())
                        .prefix(prefix)
                        .keyMarker(keyMarker)
                        .uploadIdMarker(idMarker)));
  }

  private String key(String name) {
    return settings.prefix() + name;
  }

  /** Not copied; read anew for each attempt. */
  private static RequestBody body(ByteBuffer content) {
    return RequestBody.fromContentProvider(
        () ->
            new ByteArrayInputStream(
                content.array(), content.arrayOffset() + content.position(), content.remaining()),
        content.remaining(),
        "application/octet-stream");
  }

  private static String crc(ByteBuffer content) {
    CRC32 crc = new CRC32();
    crc.update(content.duplicate());
    byte[] raw = ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
    return Base64.getEncoder().encodeToString(raw);
  }

  private <T> T make(Supplier<T> call) {
    try {
      return call.get();
    } catch (SdkException e) {
      throw failures.of(e);
    }
  }

  private <T> Optional<T> found(Supplier<T> call) {
    try {
      return Optional.of(call.get());
    } catch (SdkException e) {
      if (S3Failures.isMissing(e)) {
        return Optional.empty();
      }
      throw failures.of(e);
    }
  }

  private boolean unlessTaken(Supplier<?> call) {
    try {
      var _ = call.get();
      return true;
    } catch (SdkException e) {
      if (S3Failures.isTaken(e)) {
        return false;
      }
      throw failures.of(e);
    }
  }

  /** Of an object that somebody has and that is gone. */
  static LongtakeException missing(String name) {
    return new LongtakeException(
        ErrorCode.NOT_FOUND,
        "artifact: expected %s to be there".formatted(name.substring(name.lastIndexOf('/') + 1)));
  }

  @Override
  public void close() {
    patient.close();
    quick.close();
  }
}
