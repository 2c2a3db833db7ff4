package dev.longtake.ops.fuzz;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.longtake.error.ErrorCode;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Makes targets of messages and what converts them. */
final class MessageTargets {

  private static final Set<ErrorCode> REFUSALS = Set.of(ErrorCode.REQUEST_INVALID);
  private static final long ALLOCATION_MAX = 16L << 20;

  private MessageTargets() {}

  /**
   * One message.
   *
   * @param form of its type, empty
   * @param converter throws what the service would answer with
   * @param seeds good ones; the empty message is there anyway
   */
  static <M extends Message> FuzzTarget of(
      String name, M form, Consumer<M> converter, Supplier<List<M>> seeds) {
    @SuppressWarnings("unchecked") // A generated class's parser gives its own.
    Parser<M> parser = (Parser<M>) form.getParserForType();
    return new FuzzTarget(
        name,
        input -> {
          M message;
          try {
            message = parser.parseFrom(input);
          } catch (InvalidProtocolBufferException e) {
            return; // gRPC answers that by itself.
          }
          converter.accept(message);
        },
        REFUSALS,
        ALLOCATION_MAX,
        new MessageChange(form),
        () ->
            Stream.concat(Stream.of(new byte[0]), seeds.get().stream().map(Message::toByteArray))
                .toList());
  }
}
