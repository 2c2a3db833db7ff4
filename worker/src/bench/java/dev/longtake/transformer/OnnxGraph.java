package dev.longtake.transformer;

import dev.longtake.weights.WeightSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes an ONNX model, node by node. Weights go to a file beside it, so that the model itself is
 * small whatever they are.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto, for the numbers
 *     of the fields</a>
 */
final class OnnxGraph implements AutoCloseable {

  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  private final WeightSource source;
  private final Path weightFile;
  private final OutputStream weights;
  private final Message graph = new Message();
  private final Set<String> known = new HashSet<>();
  private long weightBytes;
  private int nodeCount;

  OnnxGraph(WeightSource source, Path weightFile) throws IOException {
    this.source = source;
    this.weightFile = weightFile;
    this.weights = Files.newOutputStream(weightFile);
    graph.text(2, "longtake");
  }

  /** A protocol buffer being written. */
  private static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        bytes.write((int) (rest & 0x7f) | 0x80);
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }

    Message number(int field, long value) {
      varint((long) field << 3);
      varint(value);
      return this;
    }

    Message real(int field, float value) {
      varint((long) field << 3 | 5);
      int bits = Float.floatToRawIntBits(value);
      for (int shift = 0; shift < 32; shift += 8) {
        bytes.write(bits >> shift);
      }
      return this;
    }

    Message raw(int field, byte[] value) {
      varint((long) field << 3 | 2);
      varint(value.length);
      bytes.writeBytes(value);
      return this;
    }

    Message text(int field, String value) {
      return raw(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return raw(field, value.bytes.toByteArray());
    }
  }

  /** An attribute of a node: a whole number, a float or a text. */
  record Attribute(String name, Object value) {
    private Message message() {
      Message message = new Message().text(1, name);
      return switch (value) {
        case Float real -> message.real(2, real).number(20, 1);
        case Integer whole -> message.number(3, whole).number(20, 2);
        default -> message.text(4, value.toString()).number(20, 3);
      };
    }
  }

  /** A node with one result, which is returned by name. */
  String node(String operation, List<String> inputs, Attribute... attributes) {
    return node("", operation, inputs, attributes);
  }

  /** The same of the operations that ONNX Runtime has beyond the standard. */
  String contributed(String operation, List<String> inputs, Attribute... attributes) {
    return node("com.microsoft", operation, inputs, attributes);
  }

  private String node(
      String domain, String operation, List<String> inputs, Attribute... attributes) {
    String result = "value" + nodeCount++;
    Message node = new Message();
    inputs.forEach(input -> node.text(1, input));
    node.text(2, result).text(3, "node" + nodeCount).text(4, operation);
    for (Attribute attribute : attributes) {
      node.message(5, attribute.message());
    }
    graph.message(1, node.text(7, domain));
    return result;
  }

  /** A tensor of the checkpoint, under these dimensions. */
  String weight(String name, long... dims) {
    return floats(name, source.readF32(name), dims);
  }

  /** Constant floats. */
  String floats(String name, float[] values, long... dims) {
    if (known.add(name)) {
      byte[] bytes = new byte[Float.BYTES * values.length];
      MemorySegment.copy(
          values,
          0,
          MemorySegment.ofArray(bytes),
          ValueLayout.JAVA_FLOAT_UNALIGNED,
          0,
          values.length);
      try {
        weights.write(bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Message tensor = tensor(name, FLOAT, dims);
      entry(tensor, "location", String.valueOf(weightFile.getFileName()));
      entry(tensor, "offset", Long.toString(weightBytes));
      entry(tensor, "length", Long.toString(bytes.length));
      graph.message(5, tensor.number(14, 1));
      weightBytes += bytes.length;
    }
    return name;
  }

  private static void entry(Message tensor, String key, String value) {
    tensor.message(13, new Message().text(1, key).text(2, value));
  }

  private static Message tensor(String name, int type, long... dims) {
    Message tensor = new Message();
    for (long dim : dims) {
      tensor.number(1, dim);
    }
    return tensor.number(2, type).text(8, name);
  }

  /** Constant whole numbers. */
  String wholes(String name, long... values) {
    if (known.add(name)) {
      byte[] bytes = new byte[Long.BYTES * values.length];
      MemorySegment.copy(
          values,
          0,
          MemorySegment.ofArray(bytes),
          ValueLayout.JAVA_LONG_UNALIGNED,
          0,
          values.length);
      graph.message(5, tensor(name, INT64, values.length).raw(9, bytes));
    }
    return name;
  }

  /** An input of floats. */
  String input(String name, long... dims) {
    graph.message(11, value(name, dims));
    return name;
  }

  /** Makes a value a result of the model. */
  void output(String value, long... dims) {
    graph.message(12, value(value, dims));
  }

  private static Message value(String name, long... dims) {
    Message shape = new Message();
    for (long dim : dims) {
      shape.message(1, new Message().number(1, dim));
    }
    Message tensor = new Message().number(1, FLOAT).message(2, shape);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }

  /** Writes the model. */
  Path write(Path file) throws IOException {
    weights.close();
    Message model = new Message().number(1, 9).message(7, graph);
    model.message(8, new Message().text(1, "").number(2, 20));
    model.message(8, new Message().text(1, "com.microsoft").number(2, 1));
    return Files.write(file, model.bytes.toByteArray());
  }

  @Override
  public void close() throws IOException {
    weights.close();
  }
}
