package dev.longtake.wire;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MessageOrBuilder;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.words.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Where in a message something stands, as {@code story.shots[3].prompt}; names it in what is
 * thrown.
 */
record Field(String path) {

  /** The field of this name inside this one. */
  Field at(String name) {
    return new Field(path.isEmpty() ? name : path + "." + name);
  }

  /** One entry of this repeated field. */
  Field at(int index) {
    return new Field(path + "[" + index + "]");
  }

  /** The failure that says what is wrong with this field. */
  LongtakeException invalid(String sentence) {
    return new LongtakeException(ErrorCode.REQUEST_INVALID, path + ": " + sentence);
  }

  /** The failure of a message in which nothing of its one choice is set: says what may be. */
  LongtakeException unset(MessageOrBuilder message) {
    List<String> choices =
        message.getDescriptorForType().getRealOneofs().getFirst().getFields().stream()
            .map(FieldDescriptor::getName)
            .toList();
    return invalid("expected %s, found nothing".formatted(Word.listing(choices)));
  }

  /** Makes a domain record; what its constructor rejects is wrong with this field. */
  <T> T make(Supplier<T> constructor) {
    try {
      return constructor.get();
    } catch (IllegalArgumentException e) {
      throw new LongtakeException(
          ErrorCode.REQUEST_INVALID, path + ": " + String.valueOf(e.getMessage()), e);
    }
  }

  /** Reads a digest. */
  Digest digest(String hex) {
    return make(() -> new Digest(hex));
  }

  /** Reads one of an enum's words. */
  <E extends Enum<E> & Word> E word(String word, Class<E> type) {
    return Word.read(type, word)
        .orElseThrow(
            () -> invalid("expected %s, found \"%s\"".formatted(Word.listing(type), word)));
  }

  /** Reads a repeated field, at most {@code max} entries of it. */
  <M, T> List<T> list(List<M> messages, int max, BiFunction<Field, M, T> read) {
    if (messages.size() > max) {
      throw invalid("expected at most %d entries, found %d".formatted(max, messages.size()));
    }
    List<T> values = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      values.add(read.apply(at(i), messages.get(i)));
    }
    return values;
  }

  /** Fails unless the message is set. */
  void requireSet(boolean isSet) {
    if (!isSet) {
      throw invalid("expected it to be set, found nothing");
    }
  }
}
