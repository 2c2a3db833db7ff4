package dev.longtake.loadtest.exchange;

import dev.longtake.client.Channels;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.Side;
import dev.longtake.latent.SlabKey;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Bare gRPC to a process of its own, see {@link RawService}. */
final class RawWay implements Way {

  private static final int FORGET = -1;
  private static final byte[] NOTHING = {};

  private final Process process;
  private final List<ManagedChannel> channels;

  /** Starts the other side. */
  RawWay(int connections) {
    List<String> command =
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx1g",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            RawService.class.getName());
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
      String line = lines.readLine();
      if (line == null) {
        throw new LongtakeException(
            ErrorCode.UNAVAILABLE, command + ": expected a port, found that it has ended");
      }
      int port = Integer.parseInt(line.strip());
      channels = ServiceWay.channels(port, connections);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "%s: cannot be started: %s".formatted(command, e), e);
    }
  }

  @Override
  public String word() {
    return "bare gRPC, another process";
  }

  @Override
  public void begin(SlabSize size) {
    call(RawService.PUT, FORGET, NOTHING);
  }

  @Override
  public SlabKey key(int number) {
    return new SlabKey("exchange", 0, number, Side.LEFT, 0);
  }

  private byte[] call(MethodDescriptor<byte[], byte[]> method, int key, byte[] payload) {
    ManagedChannel channel = channels.get(Math.floorMod(key, channels.size()));
    return ClientCalls.blockingUnaryCall(
        channel,
        method,
        CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS),
        RawService.message(key, payload));
  }

  @Override
  public void put(SlabKey key, byte[] payload) {
    call(RawService.PUT, key.boundaryIndex(), payload);
  }

  @Override
  public byte[] get(SlabKey key) {
    return call(RawService.GET, key.boundaryIndex(), NOTHING);
  }

  @Override
  public Duration otherCpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void close() {
    channels.forEach(Channels::close);
    process.destroyForcibly();
  }
}
