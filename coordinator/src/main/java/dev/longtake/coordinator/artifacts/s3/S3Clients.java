package dev.longtake.coordinator.artifacts.s3;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/** Makes the connections that all calls go through. */
final class S3Clients {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration SILENCE_MAX = Duration.ofSeconds(10);

  private static final Duration QUICK_TIMEOUT_MAX = Duration.ofSeconds(3);
  private static final int QUICK_ATTEMPTS = 3;
  private static final Duration PAUSE_FIRST = Duration.ofMillis(50);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

  /** With these pauses half a minute, if a server refuses to be connected to. */
  private static final int PATIENT_ATTEMPTS = 16;

  private S3Clients() {}

  /**
   * Clients of the server that the settings name. Nothing is sent yet.
   *
   * @param patient puts up with an outage as long as the settings say
   * @param quick for what somebody waits for: seconds
   */
  record Pair(S3Client patient, S3Client quick) {}

  /**
   * Makes both.
   *
   * @throws LongtakeException with {@link ErrorCode#CONFIGURATION_INVALID} if there are no keys
   */
  static Pair open(S3Settings settings) {
    AwsCredentialsProvider credentials = credentials(settings);
    Duration quick =
        settings.timeout().compareTo(QUICK_TIMEOUT_MAX) < 0
            ? settings.timeout()
            : QUICK_TIMEOUT_MAX;
    return new Pair(
        client(settings, credentials, PATIENT_ATTEMPTS, settings.timeout()),
        client(settings, credentials, QUICK_ATTEMPTS, quick));
  }

  private static S3Client client(
      S3Settings settings, AwsCredentialsProvider credentials, int attempts, Duration timeout) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .socketTimeout(SILENCE_MAX))
            .region(Region.of(settings.region()))
            .forcePathStyle(settings.pathStyle())
            .credentialsProvider(credentials)
            // The client of the JDK waits for servers that do not know "Expect: 100-continue".
            .serviceConfiguration(S3Configuration.builder().expectContinueEnabled(false).build())
            // We send checksums of our own: some servers do not know the library's way.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(
                override -> override.retryStrategy(retries(attempts)).apiCallTimeout(timeout));
    settings.endpoint().ifPresent(endpoint -> builder.endpointOverride(URI.create(endpoint)));
    return builder.build();
  }

  /** Without a budget that calls share: after an outage all of them are to go on. */
  private static StandardRetryStrategy retries(int attempts) {
    BackoffStrategy pauses = BackoffStrategy.exponentialDelay(PAUSE_FIRST, PAUSE_MAX);
    return AwsRetryStrategy.standardRetryStrategy().toBuilder()
        .maxAttempts(attempts)
        .circuitBreakerEnabled(false)
        .backoffStrategy(pauses)
        .throttlingBackoffStrategy(pauses)
        .build();
  }

  private static AwsCredentialsProvider credentials(S3Settings settings) {
    AwsCredentialsProvider provider =
        settings
            .credentialsFile()
            .map(S3Clients::fromFile)
            .orElseGet(() -> DefaultCredentialsProvider.builder().build());
    try {
      provider.resolveCredentials();
      return provider;
    } catch (SdkClientException e) {
      throw noKeys(
          settings
              .credentialsFile()
              .map(file -> "expected [default] with both keys in " + file)
              .orElse("expected keys in the environment or where else AWS's tools look"),
          e);
    }
  }

  private static AwsCredentialsProvider fromFile(Path file) {
    if (!Files.isReadable(file)) {
      throw noKeys("expected a file that can be read, found " + file, null);
    }
    try {
      return ProfileCredentialsProvider.builder()
          .profileName("default")
          .profileFile(
              ProfileFile.builder().content(file).type(ProfileFile.Type.CREDENTIALS).build())
          .build();
    } catch (IllegalArgumentException e) { // Not its message: it may quote the file.
      throw noKeys("expected the form of ~/.aws/credentials in " + file, null);
    }
  }

  private static LongtakeException noKeys(String expected, @Nullable Exception cause) {
    return new LongtakeException(
        ErrorCode.CONFIGURATION_INVALID,
        "storage.s3.credentials-file: %s%s"
            .formatted(expected, cause == null ? "" : ", found none"),
        cause);
  }
}
