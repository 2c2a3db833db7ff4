package dev.longtake.tensor.cpu;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.URL;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/**
 * oneDNN's C functions, found in the library that the {@code dnnl} jar carries and called through
 * the foreign function interface: no wrapper objects, addresses as {@code long}.
 *
 * <p>The jar's files are unpacked to JavaCPP's cache, which {@code
 * -Dorg.bytedeco.javacpp.cachedir=FOLDER} moves.
 *
 * @see <a href="https://uxlfoundation.github.io/oneDNN/">oneDNN's C API, version 3</a>
 */
@SuppressWarnings("restricted") // Native calls are this class's purpose.
final class DnnlLibrary {

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private static final int AVX512_BF16_BITS = 0xe7;
  private static final int AMX_BITS = 0xfef;

  private static final SymbolLookup SYMBOLS = load();

  // Pointers are passed as LONG: in the C calling conventions of 64-bit machines they are the same.
  static final MethodHandle ENGINE_CREATE = function("dnnl_engine_create", INT, LONG, INT, LONG);
  static final MethodHandle STREAM_CREATE = function("dnnl_stream_create", INT, LONG, LONG, INT);
  static final MethodHandle STREAM_DESTROY = function("dnnl_stream_destroy", INT, LONG);
  static final MethodHandle DESC_WITH_STRIDES =
      function("dnnl_memory_desc_create_with_strides", INT, LONG, INT, LONG, INT, LONG);
  static final MethodHandle DESC_WITH_TAG =
      function("dnnl_memory_desc_create_with_tag", INT, LONG, INT, LONG, INT, INT);
  static final MethodHandle DESC_CLONE = function("dnnl_memory_desc_clone", INT, LONG, LONG);
  static final MethodHandle DESC_DESTROY = function("dnnl_memory_desc_destroy", INT, LONG);
  static final MethodHandle DESC_EQUAL = function("dnnl_memory_desc_equal", INT, LONG, LONG);
  static final MethodHandle DESC_SIZE = function("dnnl_memory_desc_get_size", LONG, LONG);
  static final MethodHandle MEMORY_CREATE =
      function("dnnl_memory_create", INT, LONG, LONG, LONG, LONG);
  static final MethodHandle MEMORY_DESTROY = function("dnnl_memory_destroy", INT, LONG);
  static final MethodHandle MEMORY_SET = function("dnnl_memory_set_data_handle", INT, LONG, LONG);
  static final MethodHandle ATTR_CREATE = function("dnnl_primitive_attr_create", INT, LONG);
  static final MethodHandle ATTR_DESTROY = function("dnnl_primitive_attr_destroy", INT, LONG);
  static final MethodHandle ATTR_SCRATCHPAD =
      function("dnnl_primitive_attr_set_scratchpad_mode", INT, LONG, INT);
  static final MethodHandle ATTR_POST_OPS =
      function("dnnl_primitive_attr_set_post_ops", INT, LONG, LONG);
  static final MethodHandle POST_OPS_CREATE = function("dnnl_post_ops_create", INT, LONG);
  static final MethodHandle POST_OPS_DESTROY = function("dnnl_post_ops_destroy", INT, LONG);
  static final MethodHandle POST_OPS_ELTWISE =
      function("dnnl_post_ops_append_eltwise", INT, LONG, INT, FLOAT, FLOAT);
  static final MethodHandle POST_OPS_SUM =
      function("dnnl_post_ops_append_sum", INT, LONG, FLOAT, INT, INT);
  static final MethodHandle MATMUL_CREATE =
      function("dnnl_matmul_primitive_desc_create", INT, LONG, LONG, LONG, LONG, LONG, LONG, LONG);
  static final MethodHandle CONV_CREATE =
      function(
          "dnnl_convolution_forward_primitive_desc_create",
          INT,
          LONG,
          LONG,
          INT,
          INT,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG);
  static final MethodHandle REORDER_CREATE =
      function("dnnl_reorder_primitive_desc_create", INT, LONG, LONG, LONG, LONG, LONG, LONG);
  static final MethodHandle DESC_OF_PRIMITIVE =
      function("dnnl_primitive_desc_query_md", LONG, LONG, INT, INT);
  static final MethodHandle PRIMITIVE_QUERY =
      function("dnnl_primitive_desc_query", INT, LONG, INT, INT, LONG);
  static final MethodHandle PRIMITIVE_DESC_DESTROY =
      function("dnnl_primitive_desc_destroy", INT, LONG);
  static final MethodHandle PRIMITIVE_CREATE = function("dnnl_primitive_create", INT, LONG, LONG);
  static final MethodHandle PRIMITIVE_DESTROY = function("dnnl_primitive_destroy", INT, LONG);
  static final MethodHandle PRIMITIVE_EXECUTE =
      function("dnnl_primitive_execute", INT, LONG, LONG, INT, LONG);
  static final MethodHandle CPU_ISA = function("dnnl_get_effective_cpu_isa", INT);
  private static final MethodHandle OMP_THREADS =
      Linker.nativeLinker()
          .downcallHandle(
              SYMBOLS.findOrThrow("omp_set_num_threads"), FunctionDescriptor.ofVoid(INT));

  private DnnlLibrary() {}

  private static SymbolLookup load() {
    String folder = "/org/bytedeco/dnnl/" + Loader.getPlatform() + "/";
    Path openMp = unpack(folder + "libgomp.so.1");
    Path dnnl = unpack(folder + "libdnnl.so.3");
    Arena forever = Arena.global();
    SymbolLookup openMpSymbols = SymbolLookup.libraryLookup(openMp, forever);
    return SymbolLookup.libraryLookup(dnnl, forever).or(openMpSymbols);
  }

  private static Path unpack(String resource) {
    @Nullable URL url = Loader.class.getResource(resource);
    if (url == null) {
      throw new LongtakeException(
          ErrorCode.ENGINE_FAILED,
          "expected oneDNN for this platform on the class path, found no " + resource);
    }
    try {
      return Loader.cacheResource(url).toPath();
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.ENGINE_FAILED, "cannot unpack oneDNN: " + e.getMessage(), e);
    }
  }

  private static MethodHandle function(String name, ValueLayout result, MemoryLayout... args) {
    return Linker.nativeLinker()
        .downcallHandle(SYMBOLS.findOrThrow(name), FunctionDescriptor.of(result, args));
  }

  /** Makes OpenMP regions that the calling thread enters run on that thread alone. */
  static void useOneThread() {
    try {
      OMP_THREADS.invokeExact(1);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Turns oneDNN's status into an exception unless it is success. */
  static void check(int status, String call) {
    if (status != 0) {
      throw new LongtakeException(
          ErrorCode.ENGINE_FAILED, "oneDNN refused " + call + " with status " + status);
    }
  }

  /** A method handle may throw anything; native functions throw nothing. */
  static IllegalStateException unexpected(Throwable e) {
    if (e instanceof LongtakeException known) {
      throw known;
    }
    return new IllegalStateException("a native call threw", e);
  }

  /** The instruction set oneDNN uses, by the family whose f32 code is the same. */
  static String instructionSet() {
    try {
      int isa = (int) CPU_ISA.invokeExact();
      if ((isa & 0x20) != 0) {
        return "avx512";
      }
      return (isa & 0x7) == 0x7 ? "avx2" : "sse41";
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The instruction set that multiplies bf16; empty: none does. */
  static Optional<String> instructionSetOfBf16() {
    try {
      return instructionSetOfBf16((int) CPU_ISA.invokeExact());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The same of a set of bits, as {@code dnnl_cpu_isa_t} names them. */
  static Optional<String> instructionSetOfBf16(int isa) {
    if ((isa & AMX_BITS) == AMX_BITS) {
      return Optional.of("amx");
    }
    return (isa & AVX512_BF16_BITS) == AVX512_BF16_BITS ? Optional.of("avx512") : Optional.empty();
  }

  /** The value behind an out-parameter. */
  static long pointerIn(MemorySegment holder) {
    return holder.get(LONG, 0);
  }
}
