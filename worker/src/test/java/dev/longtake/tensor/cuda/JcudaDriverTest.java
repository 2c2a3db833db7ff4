package dev.longtake.tensor.cuda;

import static dev.longtake.tensor.cuda.CudaCodes.NOT_READY;
import static dev.longtake.tensor.cuda.CudaCodes.NO_DEVICE;
import static dev.longtake.tensor.cuda.CudaCodes.OUT_OF_MEMORY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.longtake.tensor.cuda.kernel.KernelSource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The calls that reach the driver, written down by a stand-in of {@code libcuda.so.1}: launches,
 * streams, flags, contexts, and what is told of every error. JCuda and its native library are real.
 */
class JcudaDriverTest {

  private static final List<String> EVERY_KERNEL =
      Stream.concat(KernelSource.NAMES.stream(), KernelSource.WARP_GROUP_NAMES.stream()).toList();

  private static final String JCUDA = "libJCudaDriver-12.6.0-linux-x86_64.so";

  private static final Pattern MET =
      Pattern.compile("(?<call>cu[A-Za-z]+) (?<code>[0-9]+) -> (?<outcome>.*)");

  @TempDir private Path folder;

  @BeforeEach
  void putTheStandInInPlace() throws IOException {
    assumeTrue(HostEmulation.isPossible(), "there is no C++ compiler for the stand-in");
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "JCuda is for x86-64");
    Files.createDirectories(folder.resolve("lib"));
    Files.createDirectories(folder.resolve("tmp"));
    Files.copy(
        HostEmulation.compile("libcuda_stand_in"),
        folder.resolve("lib").resolve(LibcudaStandIn.FILE),
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** What the program prints. */
  private List<String> run(Stream<String> arguments) throws IOException, InterruptedException {
    return run(arguments.toArray(String[]::new));
  }

  private List<String> run(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(it -> it.startsWith("--"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-Djava.io.tmpdir=" + folder.resolve("tmp"),
            "-Dlongtake.kernels=" + folder.resolve("kernels"),
            "-cp",
            classPath(),
            RecordedDriver.class.getName(),
            folder.resolve("words").toString()));
    command.addAll(List.of(arguments));
    Path output = folder.resolve("output");
    Path errors = folder.resolve("errors");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LD_LIBRARY_PATH", folder.resolve("lib").toString());
    builder.environment().remove("CUDA_VISIBLE_DEVICES");
    builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
    Process process = builder.start();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(output, UTF_8);
    assertThat(ended && process.exitValue() == 0)
        .as(String.join("\n", lines) + Files.readString(errors, UTF_8))
        .isTrue();
    assertThat(lines.getLast()).isEqualTo("tmpdir " + folder.resolve("tmp"));
    return lines.subList(0, lines.size() - 1);
  }

  /** Surefire's class path is in a manifest; the one that the test sees is in a property. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private static List<String> without(List<String> lines, String... calls) {
    return lines.stream().filter(it -> Arrays.stream(calls).noneMatch(it::startsWith)).toList();
  }

  @Test
  void driver_usedForEverything_callsAsTheDriverWantsIt() throws Exception {
    List<String> lines = run("everything");

    assertThat(lines)
        .startsWith(
            "Device[name=cuda:0, model=NVIDIA H100, computeCapability=90, totalBytes=85899345920,"
                + " pciBusId=0000:01:00.0]",
            "Device[name=cuda:1, model=NVIDIA H200, computeCapability=90, totalBytes=85899345920,"
                + " pciBusId=0000:02:00.0]",
            "cuInit 0");
    List<String> used = lines.subList(lines.indexOf("cuDevicePrimaryCtxRetain 1"), lines.size());
    // Streams are things 1 and 2, and the event comes after the modules.
    String event = Integer.toString(2 + EVERY_KERNEL.size() + 1);
    assertThat(without(used, "cuCtxSetCurrent 1", "cuModule"))
        .containsExactly(
            "cuDevicePrimaryCtxRetain 1",
            "cuStreamCreate flags 1",
            "cuStreamCreate flags 1",
            "cuMemAlloc 64",
            "cuMemHostAlloc 64 flags 0",
            "cuEventCreate flags 3",
            "cuMemcpyHtoDAsync 32 stream 2",
            "cuEventRecord event %s stream 2".formatted(event),
            "cuStreamWaitEvent stream 1 event %s flags 0".formatted(event),
            "cuMemcpyDtoDAsync 32 stream 1",
            "cuMemcpyDtoHAsync 16 stream 1",
            "cuEventQuery " + event,
            "cuEventSynchronize " + event,
            "cuLaunchKernel context 1 grid 2 3 4 block 128 1 1 shared 0 stream 1 words 7 8 9"
                + " extra 0",
            "cuStreamSynchronize 1",
            "cuStreamSynchronize 2",
            "cuMemFree ",
            "cuMemFreeHost ",
            "cuEventDestroy " + event,
            "cuStreamDestroy 1",
            "cuStreamDestroy 2",
            "cuDevicePrimaryCtxRelease 1",
            "alive 0");
    assertThat(lines)
        .filteredOn(it -> it.startsWith("cuModuleLoadDataEx good "))
        .hasSameSizeAs(EVERY_KERNEL);
    assertThat(lines)
        .filteredOn(it -> it.startsWith("cuModuleUnload "))
        .hasSameSizeAs(EVERY_KERNEL);
    assertThat(lines).contains("cuModuleGetFunction patchify");
  }

  @Test
  void drivers_ofTwoDevicesInTurn_launchInTheirOwnContext() throws Exception {
    List<String> launches =
        run("two-devices").stream().filter(it -> it.startsWith("cuLaunchKernel")).toList();

    assertThat(launches).hasSize(8);
    for (int i = 0; i < 8; i++) {
      int device = List.of(0, 1, 1, 0).get(i % 4);
      assertThat(launches.get(i))
          .contains("context " + device, "words %d ".formatted(100 * device));
    }
  }

  @Test
  void open_whereCodeIsRefused_takesTheNextWayAndGivesBackWhatItHad() throws Exception {
    List<String> lines = run("ways", "newer", "good");

    assertThat(lines).filteredOn(it -> it.startsWith("cuModuleLoadDataEx newer")).hasSize(1);
    assertThat(lines)
        .filteredOn(it -> it.startsWith("cuModuleLoadDataEx good"))
        .hasSameSizeAs(KernelSource.NAMES);
    assertThat(lines.getFirst()).startsWith("checksum ");
    assertThat(lines.getLast()).isEqualTo("alive 0");
  }

  @Test
  void open_whereEveryWayIsRefused_saysWhatTheDriverSaid() throws Exception {
    String said = "no such instruction; ptxas fatal: aborted";

    assertThat(run("ways", "broken", "other", "wrong").getFirst())
        .isEqualTo(
            "cuda:0 takes no kernels: by broken: attention.cu: the machine code is invalid (CUDA"
                + " error 200), which says: ptxas application ptx input, line 9: "
                + said
                + "; by other: attention.cu: there is no machine code for this device (CUDA error"
                + " 209), which says: ptxas application ptx input, line 9: "
                + said
                + "; by wrong: attention.cu: the PTX could not be compiled (CUDA error 218), which"
                + " says: ptxas application ptx input, line 9: "
                + said);
  }

  /** What was kept of an earlier start is tried, then made once more. */
  @Test
  void open_againWhereCodeIsRefused_compilesOnceMore() throws Exception {
    run("ways", "newer");

    assertThat(run("ways", "newer"))
        .filteredOn(it -> it.startsWith("cuModuleLoadDataEx newer"))
        .hasSize(2);
  }

  /** Every code, once at every call: a failure, or a lost device, and then only in a context. */
  @Test
  void call_thatFailsOnce_isToldByItsNameAndLeavesNothingBehind() throws Exception {
    List<String> lines = new ArrayList<>(run("errors"));

    assertThat(lines.remove("alive 0")).isTrue();
    assertThat(lines).hasSizeGreaterThan(2500);
    for (String line : lines) {
      Matcher parts = MET.matcher(line);
      assertThat(parts.matches()).as(line).isTrue();
      assertThat(parts.group("outcome"))
          .as(line)
          .matches(expected(parts.group("call"), Integer.parseInt(parts.group("code"))));
    }
  }

  private static String expected(String call, int code) {
    boolean isAtTheEnd = call.matches("cuModuleUnload|.*Destroy|.*Release");
    boolean isMendedByCompiling =
        call.equals("cuModuleLoadDataEx") && CudaCodes.isCodeRefused(code);
    boolean isNoFailure = call.equals("cuEventQuery") && code == NOT_READY;
    if (isAtTheEnd || isMendedByCompiling || isNoFailure) {
      return "nothing";
    }
    if (code == NO_DEVICE && call.matches("cuInit|cuDeviceGetCount")) {
      return "LongtakeException: the NVIDIA driver is there, but it knows no GPU \\(.*\\)";
    }
    if (code == OUT_OF_MEMORY && call.matches("cuMemAlloc|cuMemHostAlloc")) {
      return "LongtakeException: cuda:0: expected 1 [MK]iB .*, found .*";
    }
    String where = Pattern.quote("(CUDA error %d, in %s".formatted(code, call)) + "[ a-z_]*\\)";
    boolean isInContext =
        call.matches("cuModuleGetFunction|cuMem.*|cuEvent.*|cuStream(Wait|Sync).*|cuLaunchKernel");
    if (!isInContext && !call.equals("cuCtxSetCurrent")) {
      String text = Pattern.quote(CudaCodes.textAtStart(code));
      return "LongtakeException: (the NVIDIA driver|cuda:0|cuda:1): cannot be used: %s %s"
          .formatted(text, where);
    }
    String text = Pattern.quote(CudaCodes.text(code)) + " " + where;
    String inContext =
        CudaCodes.isSticky(code)
            ? "DeviceLostError: cuda:0 is lost to this process: %s; see the driver's XID message in the system log"
                .formatted(text)
            : "LongtakeException: cuda:0: " + text;
    String atStart =
        "LongtakeException: cuda:0: cannot be used: %s %s"
            .formatted(Pattern.quote(CudaCodes.textAtStart(code)), where);
    return isInContext ? inContext : "%s|%s".formatted(atStart, inContext);
  }

  /** The sentences in the document are those that are read. */
  @Test
  void start_whereTheDriverFails_saysWhatTheDocumentSays() throws Exception {
    String document = Files.readString(Path.of("..", "ops", "docs", "gpu.md"), UTF_8);
    List<String[]> rows =
        document
            .lines()
            .map(it -> it.split(" *\\| *"))
            .filter(it -> it.length == 4 && it[2].matches("`cu[A-Za-z]+` [0-9]+"))
            .toList();
    String[] failures = rows.stream().map(it -> it[2].replace("`", "")).toArray(String[]::new);

    List<String> said = run(Stream.concat(Stream.of("starts"), Stream.of(failures)));

    assertThat(rows).hasSizeGreaterThan(15);
    for (int i = 0; i < failures.length; i++) {
      assertThat(said.get(i)).isEqualTo("%s -> %s".formatted(failures[i], rows.get(i)[3]));
    }
  }

  @Test
  void start_ofALibraryThatFails_asksTheDriverWhetherTheDeviceIsLost() throws Exception {
    assertThat(without(run("library"), "cu"))
        .containsExactly(
            "stream true",
            "0 -> LongtakeException: status 14",
            "0 asked -> LongtakeException",
            "stream true",
            "600 -> LongtakeException: status 14",
            "600 asked -> LongtakeException",
            "stream true",
            "700 -> DeviceLostError: cuda:0 is lost to this process: a kernel used an address that"
                + " is not its own (CUDA error 700, in status 14); see the driver's XID message in"
                + " the system log",
            "700 asked -> DeviceLostError");
  }

  @Test
  void compilers_newerThanTheDriver_areLeftOut() throws Exception {
    assertThat(run("versions"))
        .containsExactly(
            "11080 the NVIDIA driver is too old: expected one for CUDA 12.0 or newer, found CUDA"
                + " 11.8",
            "12000 [nvrtc 12.8]",
            "12090 [nvrtc 12.8]",
            "13000 [nvrtc 13.0, nvrtc 12.8]");
  }

  /** What is there and does not work has failed; what is not there is no fault. */
  @Test
  void doctor_whereTheDriverFails_saysItAndGoesOn() throws Exception {
    List<String> lines =
        run(
            "doctor",
            "cuInit 100",
            "cuDeviceGetCount 100",
            "cuInit 34",
            "cuInit 999",
            "cuDeviceGetCount 46",
            "cuDevicePrimaryCtxRetain 46",
            "cuStreamCreate 719");

    for (String found :
        List.of(
            "cuInit 100|nvidia driver|ABSENT|the NVIDIA driver is there, but it knows no GPU (",
            "cuDeviceGetCount 100|nvidia driver|ABSENT|the NVIDIA driver is there, but it knows",
            "no devices|nvidia driver|ABSENT|the NVIDIA driver is there, but it knows no GPU (",
            "cuInit 34|nvidia driver|FAILED|the NVIDIA driver: cannot be used: the driver's library"
                + " is a stub",
            "cuInit 999|nvidia driver|FAILED|the NVIDIA driver: cannot be used: an unknown"
                + " internal",
            "cuDeviceGetCount 46|nvidia driver|FAILED|the NVIDIA driver: cannot be used: it is in",
            "cuDevicePrimaryCtxRetain 46|nvidia driver|OK|for CUDA 12.6",
            "cuDevicePrimaryCtxRetain 46|cuda:0|FAILED|NVIDIA H100, compute capability 9.0, 81920"
                + " MiB; cuda:0: cannot be used: it is in exclusive mode",
            "cuDevicePrimaryCtxRetain 46|cuda:1|FAILED|NVIDIA H200",
            "cuStreamCreate 719|cuda:0|FAILED|NVIDIA H100, compute capability 9.0, 81920 MiB;"
                + " cuda:0: cannot be used: a kernel failed (CUDA error 719, in cuStreamCreate)")) {
      assertThat(lines).anyMatch(it -> it.startsWith(found));
    }
    assertThat(lines)
        .filteredOn(it -> it.matches("(cu[A-Za-z]+ 100|no devices).*"))
        .noneMatch(it -> it.contains("|FAILED|"));
  }

  /** A file that another user has put where JCuda looks is not loaded. */
  @Test
  void library_preparedInTheFolderForTemporaryFiles_isNotLoaded() throws Exception {
    Path prepared = folder.resolve("tmp").resolve(JCUDA);
    Files.writeString(prepared, "not what it seems");

    assertThat(run("versions")).hasSize(4);

    assertThat(prepared).hasContent("not what it seems");
    assertThat(folder.resolve("kernels").resolve("native").resolve(JCUDA)).exists();
  }
}
