package dev.longtake.coordinator.api;

import dev.longtake.coordinator.access.Caller;
import dev.longtake.coordinator.artifacts.ArtifactStore;
import dev.longtake.coordinator.artifacts.Claims;
import dev.longtake.coordinator.audit.AuditLog;
import dev.longtake.coordinator.catalog.NewStory;
import dev.longtake.coordinator.catalog.StoryCatalog;
import dev.longtake.coordinator.story.actor.StoryCommand;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.metrics.Metrics;
import dev.longtake.story.Story;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.Owner;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.TenantScope;
import dev.longtake.wire.ExplanationWire;
import dev.longtake.wire.FilterWire;
import dev.longtake.wire.StatusWire;
import dev.longtake.wire.StoryWire;
import dev.longtake.wire.v1.CancelStoryRequest;
import dev.longtake.wire.v1.CancelStoryResponse;
import dev.longtake.wire.v1.DownloadFileRequest;
import dev.longtake.wire.v1.DownloadFileResponse;
import dev.longtake.wire.v1.ExplainStoryRequest;
import dev.longtake.wire.v1.ExplainStoryResponse;
import dev.longtake.wire.v1.FarmServiceGrpc;
import dev.longtake.wire.v1.GetStoryRequest;
import dev.longtake.wire.v1.GetStoryResponse;
import dev.longtake.wire.v1.ListStoriesRequest;
import dev.longtake.wire.v1.ListStoriesResponse;
import dev.longtake.wire.v1.RetryStoryRequest;
import dev.longtake.wire.v1.RetryStoryResponse;
import dev.longtake.wire.v1.SubmitStoryRequest;
import dev.longtake.wire.v1.SubmitStoryResponse;
import dev.longtake.wire.v1.WatchStoryRequest;
import dev.longtake.wire.v1.WatchStoryResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.regex.Pattern;

/** The clients' side of the API. */
public final class FarmEndpoint extends FarmServiceGrpc.FarmServiceImplBase {

  private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final int PAGE_SIZE = 50;
  private static final int PAGE_SIZE_MAX = 1000;

  private final Farm farm;
  private final ArtifactStore artifacts;
  private final AuditLog audit;
  private final Pictures pictures;
  private final Answers answers;
  private final Metrics metrics;

  /**
   * The service.
   *
   * @param audit where it is written who changed what
   */
  public FarmEndpoint(
      Farm farm, ArtifactStore artifacts, Claims claims, AuditLog audit, Metrics metrics) {
    this.farm = farm;
    this.audit = audit;
    this.artifacts = artifacts;
    this.pictures = new Pictures(artifacts, claims);
    this.answers = new Answers(metrics);
    this.metrics = metrics;
  }

  @Override
  public void submitStory(
      SubmitStoryRequest request, StreamObserver<SubmitStoryResponse> responses) {
    answers.send(
        responses,
        () -> {
          if (!REQUEST_ID.matcher(request.getRequestId()).matches()) {
            throw invalid(
                "request_id",
                "1 to 64 of letters, digits, '.', '_' and '-'",
                request.getRequestId());
          }
          farm.room().requireRoom();
          Owner owner = owner(request);
          Story story = StoryWire.fromProto(request.getStory());
          PeerTexts.check(story);
          pictures.store(story, request.getPicturesList(), scope(), owner.tenant());
          StoryCatalog.Registered registered = register(request.getRequestId(), owner, story);
          StoryStatus status =
              audit.carryOut(
                  act("submit", registered.storyId()),
                  () ->
                      farm.ask(
                          registered.storyId(),
                          replyTo ->
                              new StoryCommand.Submit(
                                  registered.sequence(), story, owner, replyTo)));
          return SubmitStoryResponse.newBuilder()
              .setStatus(StatusWire.toProto(farm.shown(status)))
              .build();
        });
  }

  private StoryCatalog.Registered register(String requestId, Owner owner, Story story) {
    // The story as this version writes it, so that unknown fields make no difference.
    Digest content = Digest.of(StoryWire.toProto(story).toByteArray());
    return farm.catalog()
        .register(
            new NewStory(
                requestId, content, owner, story.name(), story.frameCount(), story.shots().size()));
  }

  /** Whose a story is to be: only those who have to do with all tenants may choose. */
  private static Owner owner(SubmitStoryRequest request) {
    Caller caller = Caller.ofCall();
    String wanted = request.getTenant().isEmpty() ? caller.scope().home() : request.getTenant();
    if (!caller.scope().covers(wanted)) {
      throw invalid("tenant", "your own, " + caller.scope().word() + ", or none", wanted);
    }
    try {
      return caller.owner(wanted);
    } catch (IllegalArgumentException e) {
      throw new LongtakeException(ErrorCode.REQUEST_INVALID, "tenant: " + e.getMessage(), e);
    }
  }

  /** Whose stories there are for the caller. */
  private static TenantScope scope() {
    return Caller.ofCall().scope();
  }

  /** Texts of callers are as long as they like. */
  private static AuditLog.Act act(String action, String storyId) {
    return new AuditLog.Act(PeerAddress.withCaller(), action, Answers.shortened(storyId), "");
  }

  @Override
  public void getStory(GetStoryRequest request, StreamObserver<GetStoryResponse> responses) {
    answers.send(
        responses,
        () ->
            GetStoryResponse.newBuilder()
                .setStatus(StatusWire.toProto(farm.status(request.getStoryId(), scope())))
                .build());
  }

  @Override
  public void explainStory(
      ExplainStoryRequest request, StreamObserver<ExplainStoryResponse> responses) {
    answers.send(
        responses,
        () ->
            ExplainStoryResponse.newBuilder()
                .setExplanation(
                    ExplanationWire.toProto(farm.explain(request.getStoryId(), scope())))
                .build());
  }

  @Override
  public void listStories(
      ListStoriesRequest request, StreamObserver<ListStoriesResponse> responses) {
    answers.send(
        responses,
        () -> {
          int size = request.getPageSize() == 0 ? PAGE_SIZE : request.getPageSize();
          if (size < 0 || size > PAGE_SIZE_MAX) {
            throw invalid("page_size", "0 to " + PAGE_SIZE_MAX, request.getPageSize());
          }
          StoryCatalog.Page page =
              FilterWire.fromProto(request)
                  .within(scope())
                  .map(filter -> farm.catalog().page(filter, size, request.getPageToken()))
                  .orElse(StoryCatalog.Page.NONE);
          return ListStoriesResponse.newBuilder()
              .addAllStories(page.stories().stream().map(StatusWire::toProto).toList())
              .setNextPageToken(page.nextPageToken())
              .build();
        });
  }

  @Override
  public void watchStory(WatchStoryRequest request, StreamObserver<WatchStoryResponse> responses) {
    var stream = (ServerCallStreamObserver<WatchStoryResponse>) responses;
    var watcher = new StoryWatcher(farm);
    var sender = new LatestSender<>(stream, watcher::stop);
    try {
      watcher.follow(farm.known(request.getStoryId(), scope()), status -> tell(sender, status));
    } catch (LongtakeException e) {
      metrics.countError(e.code());
      sender.fail(e);
    }
  }

  private static void tell(LatestSender<WatchStoryResponse> sender, StoryStatus status) {
    var message = WatchStoryResponse.newBuilder().setStatus(StatusWire.toProto(status)).build();
    if (status.state().isEnded()) {
      sender.sendLast(message);
    } else {
      sender.send(message);
    }
  }

  @Override
  public void cancelStory(
      CancelStoryRequest request, StreamObserver<CancelStoryResponse> responses) {
    answers.send(
        responses,
        () -> {
          String id = request.getStoryId();
          StoryStatus status = audit.carryOut(act("cancel", id), () -> farm.cancel(id, scope()));
          return CancelStoryResponse.newBuilder().setStatus(StatusWire.toProto(status)).build();
        });
  }

  @Override
  public void retryStory(RetryStoryRequest request, StreamObserver<RetryStoryResponse> responses) {
    answers.send(
        responses,
        () -> {
          String id = request.getStoryId();
          StoryStatus status = audit.carryOut(act("retry", id), () -> farm.retry(id, scope()));
          return RetryStoryResponse.newBuilder().setStatus(StatusWire.toProto(status)).build();
        });
  }

  @Override
  public void downloadFile(
      DownloadFileRequest request, StreamObserver<DownloadFileResponse> responses) {
    var stream = (ServerCallStreamObserver<DownloadFileResponse>) responses;
    answers.stream(
        stream,
        () ->
            PieceSender.start(
                stream,
                artifacts.openChannel(file(request).digest()),
                request.getOffset(),
                content -> {
                  metrics.artifactBytes.labelValues("out").inc(content.size());
                  return DownloadFileResponse.newBuilder().setContent(content).build();
                }));
  }

  private FilmFile file(DownloadFileRequest request) {
    StoryStatus story = farm.status(request.getStoryId(), scope());
    return story.film().files().stream()
        .filter(file -> file.name().equals(request.getName()))
        .findFirst()
        .orElseThrow(() -> noFile(story, Answers.shortened(request.getName())));
  }

  private static LongtakeException noFile(StoryStatus story, String name) {
    return story.state().isEnded()
        ? new LongtakeException(
            ErrorCode.NOT_FOUND,
            "name: expected a file of story %s, found \"%s\"".formatted(story.storyId(), name))
        : new LongtakeException(
            ErrorCode.WRONG_STATE,
            "story %s: expected one that has succeeded or has a clip \"%s\", found one that goes on"
                .formatted(story.storyId(), name));
  }

  private static LongtakeException invalid(String field, String expected, Object found) {
    return new LongtakeException(
        ErrorCode.REQUEST_INVALID,
        "%s: expected %s, found \"%s\""
            .formatted(field, expected, Answers.shortened(found.toString())));
  }
}
