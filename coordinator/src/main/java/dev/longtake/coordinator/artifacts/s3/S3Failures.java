package dev.longtake.coordinator.artifacts.s3;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** What failed calls mean: one sentence each, with the setting or the server that it is about. */
record S3Failures(S3Settings settings) {

  private static final int MOVED = 301;
  private static final int UNAUTHORISED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int PRECONDITION_FAILED = 412;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;

  /** Whether the object, or the upload, is not there. */
  static boolean isMissing(SdkException failure) {
    return status(failure) == NOT_FOUND && !code(failure).equals("NoSuchBucket");
  }

  /** Whether something has the name that was to be free. */
  static boolean isTaken(SdkException failure) {
    return status(failure) == PRECONDITION_FAILED || status(failure) == CONFLICT;
  }

  /** The failure in our words. */
  LongtakeException of(SdkException failure) {
    int status = status(failure);
    if (code(failure).equals("NoSuchBucket")) {
      return new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "storage.s3.bucket: expected a bucket of %s, found none named %s"
              .formatted(settings.server(), settings.bucket()),
          failure);
    }
    if (status == MOVED || code(failure).equals("AuthorizationHeaderMalformed")) {
      return new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "storage.s3.region: expected that of bucket %s, found %s"
              .formatted(settings.bucket(), settings.region()),
          failure);
    }
    if (status == UNAUTHORISED || status == FORBIDDEN) {
      return new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "storage.s3.credentials-file: expected keys that may use bucket %s of %s, found that they may not (%s)"
              .formatted(settings.bucket(), settings.server(), reason(failure)),
          failure);
    }
    if (code(failure).equals("BadDigest")) {
      return new LongtakeException(
          ErrorCode.DATA_CORRUPT,
          "artifacts: expected %s to receive what was sent, found other bytes"
              .formatted(settings.server()),
          failure);
    }
    boolean isRefusal = status > 0 && status < SERVER_ERROR && status != TOO_MANY;
    return new LongtakeException(
        isRefusal ? ErrorCode.INTERNAL : ErrorCode.UNAVAILABLE,
        "artifacts: expected %s to answer, found %s".formatted(settings.server(), reason(failure)),
        failure);
  }

  private static int status(SdkException failure) {
    return failure instanceof AwsServiceException answer ? answer.statusCode() : 0;
  }

  private static String code(SdkException failure) {
    return failure instanceof AwsServiceException answer
        ? Optional.ofNullable(answer.awsErrorDetails()).map(AwsErrorDetails::errorCode).orElse("")
        : "";
  }

  private static String reason(SdkException failure) {
    if (failure instanceof ApiCallTimeoutException) {
      return "no answer in time";
    }
    if (failure instanceof AwsServiceException) {
      return code(failure).isEmpty() ? "HTTP status " + status(failure) : code(failure);
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName() + ": " + root.getMessage();
  }
}
