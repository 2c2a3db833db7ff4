package dev.longtake.wire;

import dev.longtake.lease.WorkerStatement;
import dev.longtake.plan.ModelCard;
import dev.longtake.wire.v1.SynchronizeRequest;
import org.jspecify.annotations.Nullable;

/**
 * Reads what one worker says on one stream. It repeats what its model is each time, several times a
 * second: what has not changed since is not checked again. Not for several threads at once.
 */
public final class StatementReader {

  private dev.longtake.wire.v1.@Nullable ModelCard lastMessage;
  private @Nullable ModelCard lastCard;

  /**
   * What the worker is and holds.
   *
   * @throws dev.longtake.error.LongtakeException with {@code REQUEST_INVALID} and the field's name
   */
  public WorkerStatement read(SynchronizeRequest message) {
    ModelCard card = lastCard;
    if (card == null || !message.getModel().equals(lastMessage)) {
      card = WorkWire.model(message);
      lastMessage = message.getModel();
      lastCard = card;
    }
    return WorkWire.fromProto(message, card);
  }
}
