package dev.longtake.ops.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Changes a message's fields, so that it stays a message: a converter sees what a hostile peer can
 * say, not only what cannot be parsed. Now and then changes bytes instead.
 */
final class MessageChange implements Change {

  private static final int REPEATS_MAX = 50;
  private static final String[] TEXTS = {
    "", " ", "\u0000", "../x", "a/b", "-", ".", "\ud83e\udd8f", "\u202e", "x".repeat(10_000), "NaN"
  };
  private static final double[] NUMBERS = {
    0, -0.0, 1, -1, 0.5, 1e-300, 1e300, Double.NaN, Double.POSITIVE_INFINITY, Double.MAX_VALUE
  };

  private final Message form;
  private final Change bytes = ByteChange.with();

  MessageChange(Message form) {
    this.form = form;
  }

  @Override
  public byte[] of(byte[] input, List<byte[]> others, SplittableRandom random) {
    if (random.nextInt(8) == 0) {
      return bytes.of(input, others, random);
    }
    try {
      Message.Builder message = form.newBuilderForType().mergeFrom(input);
      int steps = 1 + random.nextInt(3);
      for (int i = 0; i < steps; i++) {
        change(message, random);
      }
      return message.build().toByteArray();
    } catch (InvalidProtocolBufferException e) {
      return bytes.of(input, others, random);
    }
  }

  private static void change(Message.Builder message, SplittableRandom random) {
    List<FieldDescriptor> fields = message.getDescriptorForType().getFields();
    if (fields.isEmpty()) {
      return;
    }
    FieldDescriptor field = fields.get(random.nextInt(fields.size()));
    int what = random.nextInt(10);
    if (what == 0) {
      message.clearField(field);
    } else if (field.isRepeated()) {
      changeList(message, field, what, random);
    } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && what > 1) {
      Message.Builder inner = ((Message) message.getField(field)).toBuilder();
      change(inner, random);
      message.setField(field, inner.build());
    } else {
      message.setField(field, value(message, field, random));
    }
  }

  private static void changeList(
      Message.Builder message, FieldDescriptor field, int what, SplittableRandom random) {
    List<Object> values = new ArrayList<>((List<?>) message.getField(field));
    int at = random.nextInt(values.size() + 1);
    if (at == values.size()) {
      values.add(value(message, field, random));
    } else if (what < 3) {
      values.remove(at);
    } else if (what < 5) {
      int times = random.nextInt(REPEATS_MAX);
      for (int i = 0; i < times; i++) {
        values.add(values.get(at));
      }
    } else if (values.get(at) instanceof Message inner) {
      Message.Builder changed = inner.toBuilder();
      change(changed, random);
      values.set(at, changed.build());
    } else {
      values.set(at, value(message, field, random));
    }
    message.setField(field, values);
  }

  private static Object value(
      Message.Builder message, FieldDescriptor field, SplittableRandom random) {
    String text = TEXTS[random.nextInt(TEXTS.length)];
    double number = NUMBERS[random.nextInt(NUMBERS.length)];
    long edge = (1L << random.nextInt(64)) + random.nextInt(3) - 1;
    return switch (field.getJavaType()) {
      case INT -> (int) (random.nextBoolean() ? edge : -edge);
      case LONG -> random.nextBoolean() ? edge : -edge;
      case FLOAT -> (float) number;
      case DOUBLE -> number;
      case BOOLEAN -> random.nextBoolean();
      case STRING -> text;
      case BYTE_STRING -> ByteString.copyFromUtf8(text);
      case ENUM -> constant(field.getEnumType(), random);
      case MESSAGE -> message.newBuilderForField(field).build();
    };
  }

  /** One of them, or a number that none has. */
  private static Object constant(EnumDescriptor kind, SplittableRandom random) {
    int at = random.nextInt(kind.getValues().size() + 1);
    return at < kind.getValues().size()
        ? kind.getValues().get(at)
        : kind.findValueByNumberCreatingIfUnknown(random.nextInt());
  }
}
