package dev.longtake.client;

import com.google.protobuf.UnsafeByteOperations;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.ErrorKind;
import dev.longtake.error.LongtakeException;
import dev.longtake.story.Story;
import dev.longtake.story.status.Explanation;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.StoryFilter;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import dev.longtake.wire.ExplanationWire;
import dev.longtake.wire.FilterWire;
import dev.longtake.wire.StatusWire;
import dev.longtake.wire.StoryWire;
import dev.longtake.wire.v1.CancelStoryRequest;
import dev.longtake.wire.v1.ExplainStoryRequest;
import dev.longtake.wire.v1.FarmServiceGrpc;
import dev.longtake.wire.v1.GetStoryRequest;
import dev.longtake.wire.v1.ListStoriesRequest;
import dev.longtake.wire.v1.ListStoriesResponse;
import dev.longtake.wire.v1.PictureContent;
import dev.longtake.wire.v1.RetryStoryRequest;
import dev.longtake.wire.v1.SubmitStoryRequest;
import dev.longtake.wire.v1.WatchStoryRequest;
import dev.longtake.wire.v1.WatchStoryResponse;
import io.grpc.ManagedChannel;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** A farm's stories, for people and tools. Safe for any number of threads. */
public final class FarmClient implements AutoCloseable {

  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final Duration SUBMIT_DEADLINE = Duration.ofMinutes(5);

  private final ManagedChannel channel;
  private final Retries retries;
  private final Retries watchRetries;
  private final FarmServiceGrpc.FarmServiceBlockingV2Stub stub;

  /**
   * Uses this connection, and closes it in the end.
   *
   * @param watchRetries how long {@link #watch} puts up with a coordinator that is not there
   */
  public FarmClient(ManagedChannel channel, Retries retries, Retries watchRetries) {
    this.channel = channel;
    this.retries = retries;
    this.watchRetries = watchRetries;
    this.stub = FarmServiceGrpc.newBlockingV2Stub(channel);
  }

  /** A client of the coordinator at this address, without encryption. */
  public static FarmClient connect(String host, int port) {
    return connect(Addresses.of(new Address(host, port)), Pass.NONE);
  }

  /**
   * A client of a farm with these coordinators.
   *
   * @param pass what this program shows to be let in
   */
  public static FarmClient connect(Addresses coordinators, Pass pass) {
    return new FarmClient(Channels.open(coordinators, pass), Retries.SHORT, Retries.DEFAULT);
  }

  /** One page of stories; the token is empty on the last one. */
  public record Page(List<StorySummary> stories, String nextPageToken) {
    public Page {
      stories = List.copyOf(stories);
    }
  }

  /**
   * Submits a story; repeating it with the same {@code requestId} answers with the same story.
   *
   * @param pictures the bytes of every picture that the world names, by digest
   */
  public StoryStatus submit(String requestId, Story story, Map<Digest, byte[]> pictures) {
    return submit(requestId, story, pictures, "");
  }

  /**
   * The same.
   *
   * @param tenant the team whose it is to be; empty for the caller's own
   */
  public StoryStatus submit(
      String requestId, Story story, Map<Digest, byte[]> pictures, String tenant) {
    SubmitStoryRequest.Builder request =
        SubmitStoryRequest.newBuilder()
            .setRequestId(requestId)
            .setStory(StoryWire.toProto(story))
            .setTenant(tenant);
    pictures.entrySet().stream()
        .sorted(Map.Entry.comparingByKey((a, b) -> a.hex().compareTo(b.hex())))
        .forEach(
            entry ->
                request.addPictures(
                    PictureContent.newBuilder()
                        .setDigest(entry.getKey().hex())
                        .setContent(UnsafeByteOperations.unsafeWrap(entry.getValue()))));
    SubmitStoryRequest message = request.build();
    return retries.call(
        () ->
            StatusWire.fromProto(
                Calls.make(() -> deadline(SUBMIT_DEADLINE).submitStory(message)).getStatus()));
  }

  /** Where a story stands. */
  public StoryStatus get(String storyId) {
    GetStoryRequest request = GetStoryRequest.newBuilder().setStoryId(storyId).build();
    return retries.call(
        () ->
            StatusWire.fromProto(
                Calls.make(() -> deadline(DEADLINE).getStory(request)).getStatus()));
  }

  /** Why each chunk and segment of a story stands where it stands. */
  public Explanation explain(String storyId) {
    ExplainStoryRequest request = ExplainStoryRequest.newBuilder().setStoryId(storyId).build();
    return retries.call(
        () ->
            ExplanationWire.fromProto(
                Calls.make(() -> deadline(DEADLINE).explainStory(request)).getExplanation()));
  }

  /** Stories, newest first. */
  public Page list(StoryFilter filter, int pageSize, String pageToken) {
    ListStoriesRequest request =
        FilterWire.toProto(filter).setPageSize(pageSize).setPageToken(pageToken).build();
    ListStoriesResponse response =
        retries.call(() -> Calls.make(() -> deadline(DEADLINE).listStories(request)));
    return new Page(
        response.getStoriesList().stream().map(StatusWire::fromProto).toList(),
        response.getNextPageToken());
  }

  /** Cancels a story; repeating it is safe. */
  public StoryStatus cancel(String storyId) {
    CancelStoryRequest request = CancelStoryRequest.newBuilder().setStoryId(storyId).build();
    return retries.call(
        () ->
            StatusWire.fromProto(
                Calls.make(() -> deadline(DEADLINE).cancelStory(request)).getStatus()));
  }

  /**
   * Has a story that failed go on where it stood; repeating it is safe.
   *
   * @throws LongtakeException with {@link ErrorCode#WRONG_STATE} if it has ended otherwise
   */
  public StoryStatus retry(String storyId) {
    RetryStoryRequest request = RetryStoryRequest.newBuilder().setStoryId(storyId).build();
    return retries.call(
        () ->
            StatusWire.fromProto(
                Calls.make(() -> deadline(DEADLINE).retryStory(request)).getStatus()));
  }

  /**
   * Follows a story until it has ended. A lost connection is made again; every status is a full
   * statement, so nothing is missed.
   *
   * @param onStatus gets the status now and after each change, on this thread
   * @return the last status
   */
  public StoryStatus watch(String storyId, Consumer<StoryStatus> onStatus) {
    for (int retry = 0; ; retry++) {
      Watch watch = new Watch(onStatus);
      try {
        return Calls.make(() -> watch.follow(openWatch(storyId)));
      } catch (LongtakeException e) {
        if (watch.sawAny) {
          retry = 0;
        }
        if (e.code().kind() != ErrorKind.BUSY || retry >= watchRetries.count()) {
          throw e;
        }
      }
      watchRetries.rest(retry);
    }
  }

  private BlockingClientCall<?, WatchStoryResponse> openWatch(String storyId) {
    return stub.watchStory(WatchStoryRequest.newBuilder().setStoryId(storyId).build());
  }

  private static final class Watch {

    private final Consumer<StoryStatus> onStatus;
    private boolean sawAny;

    private Watch(Consumer<StoryStatus> onStatus) {
      this.onStatus = onStatus;
    }

    private StoryStatus follow(BlockingClientCall<?, WatchStoryResponse> call)
        throws InterruptedException, StatusException {
      try {
        while (true) {
          WatchStoryResponse response = call.read();
          if (response == null) {
            throw new LongtakeException(
                ErrorCode.UNAVAILABLE, "the coordinator stopped telling before the story ended");
          }
          sawAny = true;
          StoryStatus status = StatusWire.fromProto(response.getStatus());
          onStatus.accept(status);
          if (status.state().isEnded()) {
            return status;
          }
        }
      } finally {
        call.cancel("no longer watched", null);
      }
    }
  }

  /**
   * Fetches one file of a film into {@code folder}, under the file's name. It is written beside it
   * first, checked and then renamed; a broken download goes on where it stopped.
   *
   * @param onBytes told how many bytes of the file are there, after each piece
   * @return the file
   * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if the bytes are not those
   *     promised, {@link ErrorCode#FILE_UNUSABLE} if the file cannot be written
   */
  public Path download(String storyId, FilmFile file, Path folder, LongConsumer onBytes) {
    Download download = new Download(file, folder);
    return retries.call(() -> download.fetch(stub, storyId, onBytes));
  }

  @Override
  public void close() {
    Channels.close(channel);
  }

  private FarmServiceGrpc.FarmServiceBlockingV2Stub deadline(Duration deadline) {
    return stub.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
  }
}
