package dev.longtake.coordinator.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.longtake.client.ArtifactClient;
import dev.longtake.client.Channels;
import dev.longtake.client.Retries;
import dev.longtake.coordinator.hostile.RawHttp2.Kind;
import dev.longtake.digest.Digest;
import dev.longtake.testing.TestStories;
import dev.longtake.wire.StoryWire;
import dev.longtake.wire.v1.ArtifactServiceGrpc;
import dev.longtake.wire.v1.FarmServiceGrpc;
import dev.longtake.wire.v1.FleetServiceGrpc;
import dev.longtake.wire.v1.GetArtifactRequest;
import dev.longtake.wire.v1.GetSlabRequest;
import dev.longtake.wire.v1.LatentServiceGrpc;
import dev.longtake.wire.v1.ListStoriesRequest;
import dev.longtake.wire.v1.LogServiceGrpc;
import dev.longtake.wire.v1.PutArtifactRequest;
import dev.longtake.wire.v1.PutArtifactRequest.Header;
import dev.longtake.wire.v1.SlabKey;
import dev.longtake.wire.v1.SubmitStoryRequest;
import dev.longtake.wire.v1.WatchStoryRequest;
import dev.longtake.wire.v1.WorkerServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Those that make calls as programs of the farm do, and mean something else. */
final class CallPeers {

  private static final int UPLOADS = 2_000;
  private static final String DIGEST = Digest.ofText("abc").hex();

  private CallPeers() {}

  /** A call that has begun. */
  private record Open(ClientCall<byte[], byte[]> call, CompletableFuture<Status> end) {

    Code code() throws Exception {
      return end.get(Target.PATIENCE.toSeconds(), TimeUnit.SECONDS).getCode();
    }
  }

  /** Makes any call with any bytes for messages; whether that is all is for the caller to say. */
  private static Open open(ManagedChannel channel, String method, CallOptions options) {
    var bytes =
        new MethodDescriptor.Marshaller<byte[]>() {
          @Override
          public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
          }

          @Override
          public byte[] parse(InputStream stream) {
            return new byte[0];
          }
        };
    var descriptor =
        MethodDescriptor.<byte[], byte[]>newBuilder(bytes, bytes)
            .setFullMethodName(method)
            .setType(MethodType.BIDI_STREAMING)
            .build();
    var end = new CompletableFuture<Status>();
    ClientCall<byte[], byte[]> call = channel.newCall(descriptor, options);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    call.request(1_000_000);
    return new Open(call, end);
  }

  private static Open say(
      ManagedChannel channel, MethodDescriptor<?, ?> method, MessageLite... messages) {
    return say(channel, method.getFullMethodName(), messages);
  }

  private static Open say(ManagedChannel channel, String method, MessageLite... messages) {
    Open open = open(channel, method, CallOptions.DEFAULT);
    for (MessageLite message : messages) {
      open.call().sendMessage(message.toByteArray());
    }
    open.call().halfClose();
    return open;
  }

  private static List<Code> codes(List<Open> calls) throws Exception {
    List<Code> codes = new ArrayList<>();
    for (Open call : calls) {
      codes.add(call.code());
    }
    return codes;
  }

  /** Twenty kilobytes that become twenty megabytes. */
  static void packedMessages(Target target) throws Exception {
    ManagedChannel channel = target.channel();
    try {
      byte[] zeros = new byte[20 << 20];
      for (int i = 0; i < 5; i++) {
        Open open =
            open(
                channel,
                FarmServiceGrpc.getListStoriesMethod().getFullMethodName(),
                CallOptions.DEFAULT.withCompression("gzip"));
        open.call().setMessageCompression(true);
        open.call().sendMessage(zeros);
        open.call().halfClose();

        assertThat(open.code()).isEqualTo(Code.UNIMPLEMENTED);
      }
    } finally {
      Channels.close(channel);
    }
  }

  /** Every call that there is, with bytes that are no message of it. */
  static void noise(Target target) throws Exception {
    ManagedChannel channel = target.channel();
    double before = target.errors("caller");
    int said = 0;
    try {
      for (ServiceDescriptor service :
          List.of(
              FarmServiceGrpc.getServiceDescriptor(),
              FleetServiceGrpc.getServiceDescriptor(),
              WorkerServiceGrpc.getServiceDescriptor(),
              LatentServiceGrpc.getServiceDescriptor(),
              ArtifactServiceGrpc.getServiceDescriptor(),
              LogServiceGrpc.getServiceDescriptor())) {
        for (MethodDescriptor<?, ?> method : service.getMethods()) {
          for (int seed = 0; seed < 20; seed++) {
            byte[] noise = new byte[100];
            new SplittableRandom(seed).nextBytes(noise);
            noise[0] = 0x0f; // A kind of field that there is not.
            said++;
            Open open = open(channel, method.getFullMethodName(), CallOptions.DEFAULT);
            open.call().sendMessage(noise);
            open.call().halfClose();

            assertThat(open.code()).as(method.getFullMethodName()).isEqualTo(Code.INVALID_ARGUMENT);
          }
        }
      }
      assertThat(target.errors("caller")).isGreaterThanOrEqualTo(before + said);
    } finally {
      Channels.close(channel);
    }
  }

  private static PutArtifactRequest header(String digest, long size) {
    return PutArtifactRequest.newBuilder()
        .setHeader(Header.newBuilder().setDigest(digest).setSizeBytes(size))
        .build();
  }

  private static PutArtifactRequest content(String text) {
    return PutArtifactRequest.newBuilder().setContent(ByteString.copyFromUtf8(text)).build();
  }

  /** Begins thousands, and goes. */
  static void uploadsLeft(Target target) throws Exception {
    ManagedChannel channel = target.channel();
    try {
      for (int i = 0; i < UPLOADS; i++) {
        Open open =
            open(
                channel,
                ArtifactServiceGrpc.getPutArtifactMethod().getFullMethodName(),
                CallOptions.DEFAULT);
        open.call().sendMessage(header(Digest.ofText("left " + i).hex(), 1_000).toByteArray());
        open.call().sendMessage(content("begun").toByteArray());
      }
      target.metrics();
    } finally {
      Channels.close(channel);
    }
  }

  /** Says one size or digest and sends another, or says it twice, or too late, or not at all. */
  static void uploadsThatLie(Target target) throws Exception {
    ManagedChannel channel = target.channel();
    double before = target.errors("worker") + target.errors("caller");
    List<Open> lies = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        for (List<PutArtifactRequest> lie :
            List.of(
                List.of(header(DIGEST, 4), content("abc")),
                List.of(header(DIGEST, 2), content("abc")),
                List.of(header(DIGEST, 3), content("abd")),
                List.of(header(DIGEST, -1), content("abc")),
                List.of(header(DIGEST, Long.MAX_VALUE), content("abc")),
                List.of(header("../../etc/passwd", 3), content("abc")),
                List.of(header(DIGEST, 3), header(DIGEST, 3), content("abc")),
                List.of(content("abc"), header(DIGEST, 3)),
                List.of(PutArtifactRequest.getDefaultInstance()),
                List.<PutArtifactRequest>of())) {
          lies.add(
              say(
                  channel,
                  ArtifactServiceGrpc.getPutArtifactMethod(),
                  lie.toArray(MessageLite[]::new)));
        }
      }

      assertThat(codes(lies)).containsOnly(Code.DATA_LOSS, Code.INVALID_ARGUMENT);
      assertThat(target.errors("worker") + target.errors("caller"))
          .isGreaterThanOrEqualTo(before + lies.size());
    } finally {
      Channels.close(channel);
    }
  }

  /** The same request id for other stories. */
  static void sameRequest(Target target) throws Exception {
    ManagedChannel channel = target.channel();
    List<Open> calls = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        calls.add(
            say(
                channel,
                FarmServiceGrpc.getSubmitStoryMethod(),
                SubmitStoryRequest.newBuilder()
                    .setRequestId("honest-1") // Which somebody else has used.
                    .setStory(StoryWire.toProto(TestStories.story("other " + i, 9)))
                    .build()));
      }

      assertThat(codes(calls)).containsOnly(Code.ALREADY_EXISTS);
    } finally {
      Channels.close(channel);
    }
  }

  /** A message of a legal size with a hundred thousand shots. */
  static void hugeStory(Target target) throws Exception {
    ManagedChannel channel = target.channel();
    var story = StoryWire.toProto(TestStories.story("huge", 9)).toBuilder();
    for (int i = 0; i < 100_000; i++) {
      story.addShots(story.getShots(0).toBuilder().setId("s" + i));
    }
    try {
      for (int i = 0; i < 3; i++) {
        var request = SubmitStoryRequest.newBuilder().setRequestId("huge").setStory(story).build();
        Open open = say(channel, FarmServiceGrpc.getSubmitStoryMethod(), request);

        assertThat(open.code()).isEqualTo(Code.INVALID_ARGUMENT);
      }
    } finally {
      Channels.close(channel);
    }
  }

  /** Thousands that begin to watch, and go at once. */
  static void watchersThatGo(Target target) throws Exception {
    ManagedChannel channel = target.channel();
    var request = WatchStoryRequest.newBuilder().setStoryId(target.film()).build();
    try {
      for (int i = 0; i < 5_000; i++) {
        Open open = say(channel, FarmServiceGrpc.getWatchStoryMethod(), request);
        if (i % 2 == 0) {
          open.call().cancel("gone", null);
        }
      }
      target.metrics();
    } finally {
      Channels.close(channel);
    }
  }

  /** Thousands that wait half a minute for slabs of stories that there are not, and go. */
  static void waitingForNothing(Target target) throws Exception {
    ManagedChannel channel = target.channel();
    try {
      for (int i = 0; i < 5_000; i++) {
        var key =
            SlabKey.newBuilder()
                .setStoryId("story-" + (900_000 + i))
                .setSide(SlabKey.Side.SIDE_LEFT);
        say(
            channel,
            LatentServiceGrpc.getGetSlabMethod(),
            GetSlabRequest.newBuilder()
                .setKey(key)
                .setWait(com.google.protobuf.Duration.newBuilder().setSeconds(30))
                .build());
      }
      target.metrics();
    } finally {
      Channels.close(channel);
    }
  }

  /** Pages that nobody has given out. */
  static void forgedPages(Target target) throws Exception {
    ManagedChannel channel = target.channel();
    List<Open> calls = new ArrayList<>();
    try {
      for (String token :
          List.of(
              "x", "AAAA", "//////////////////////8=", "'; drop table story; --", "=".repeat(9))) {
        for (int i = 0; i < 100; i++) {
          calls.add(
              say(
                  channel,
                  FarmServiceGrpc.getListStoriesMethod(),
                  ListStoriesRequest.newBuilder().setPageToken(token + i).build()));
        }
      }

      assertThat(codes(calls)).containsOnly(Code.INVALID_ARGUMENT);
    } finally {
      Channels.close(channel);
    }
  }

  /** Hundreds of readers of a large artifact who take nothing of it. */
  static void deafDownloads(Target target) throws Exception {
    ManagedChannel channel = target.channel();
    Digest large;
    try {
      large = new ArtifactClient(channel, Retries.NONE).put(new byte[8 << 20]);
    } finally {
      Channels.close(channel);
    }
    byte[] request = GetArtifactRequest.newBuilder().setDigest(large.hex()).build().toByteArray();
    byte[] message = new byte[5 + request.length];
    message[4] = (byte) request.length;
    System.arraycopy(request, 0, message, 5, request.length);
    String method = ArtifactServiceGrpc.getGetArtifactMethod().getFullMethodName();
    List<RawHttp2> peers = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        RawHttp2 peer = RawHttp2.deaf(target);
        peers.add(peer);
        peer.closeWindows();
        for (int stream = 1; stream < 400; stream += 2) {
          peer.send(Kind.HEADERS, RawHttp2.END_HEADERS, stream, RawHttp2.call(method));
          peer.send(Kind.DATA, RawHttp2.END_STREAM, stream, message);
        }
        peer.flush();
      }
      target.metrics();
    } finally {
      WirePeers.closeAll(peers);
    }
  }

  /** Messages that are said to be as large as they may be, of which the end never comes. */
  static void messagesWithoutEnd(Target target) throws Exception {
    byte[] begin = new byte[1 << 14];
    Arrays.fill(begin, (byte) 1);
    System.arraycopy(new byte[] {0, 0x13, 0, 0, 0}, 0, begin, 0, 5); // 304 MiB
    byte[] more = new byte[1 << 14];
    String method = LatentServiceGrpc.getPutCheckpointMethod().getFullMethodName();
    List<RawHttp2> peers = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        RawHttp2 peer = RawHttp2.open(target);
        peers.add(peer);
        peer.send(Kind.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.call(method));
        peer.send(Kind.DATA, 0, 1, begin);
        for (int piece = 0; piece < 60; piece++) {
          peer.send(Kind.DATA, 0, 1, more);
        }
        peer.flush();
      }
      target.metrics();
    } finally {
      WirePeers.closeAll(peers);
    }
  }
}
